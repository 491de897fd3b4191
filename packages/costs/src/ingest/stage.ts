import { identifier, literal } from '../duck/sql.ts';
import { engineError, type Engine } from '../duck/engine.ts';
import { CANONICAL_COLUMNS, COST_COLUMNS, SQL_TYPES, type CanonicalColumn } from './canonical.ts';
import { detectLayout } from './layouts/detect-layout.ts';
import type { Check, Layout, Mapping } from './layouts/layout.ts';
import type { FileProbe } from './probe.ts';
import { sourceColumns, type CheckedColumns } from './source-columns.ts';

/** A file loaded into a table of typed columns, with its bad rows kept beside. */
export interface StagedFile {
  readonly index: number;
  readonly probe: FileProbe;
  readonly layout: Layout;
  /** Layout with its version, e.g. `FOCUS 1.2`. */
  readonly layoutName: string;
  readonly header: readonly string[];
  /** Table of typed rows; `x_rejected` rows are not published. */
  readonly table: string;
  /** Table of records that are no rows at all; null for Parquet. */
  readonly rejectsTable: string | null;
}

/** A condition on a row, and what is wrong where it holds. */
export interface Problem {
  readonly sourceColumn: string;
  readonly outcome: 'rejected' | 'loaded_without_value';
  readonly conditionSql: string;
  readonly valueSql: string;
  readonly reason: string;
}

/** Where DuckDB reads the file: a link of our own naming, so that no file name is taken for a pattern. */
export interface StageInput {
  readonly index: number;
  readonly probe: FileProbe;
  readonly linkPath: string;
}

/** Loads one file in one pass; nothing is published. Fails with `InputError` where the file cannot be read as billing data. */
export async function stageFile(engine: Engine, input: StageInput): Promise<StagedFile> {
  const { probe, index } = input;
  const source = await sourceOf(engine, input);
  const layout = detectLayout(source.header, probe.name);
  const staged: StagedFile = {
    index,
    probe,
    layout,
    layoutName: layout.describe(source.header),
    header: source.header,
    table: `staged_${index}`,
    rejectsTable: probe.format === 'csv' ? `structural_${index}` : null,
  };
  if (probe.format === 'csv' && probe.lineEndsMixed) {
    const strict = await isReadStrictly(engine, staged, source.sql('strict'));
    if (strict) return staged;
    const lenient = { ...staged, rejectsTable: `structural_${index}_lenient` };
    await runStaging(engine, lenient, source.sql('lenient'));
    return lenient;
  }
  await runStaging(engine, staged, source.sql('strict'));
  return staged;
}

/**
 * Bare line feeds in a CRLF file are harmless within quotes, which the strict reader proves; where they end lines it gives up or
 * runs lines together, and the lenient reader takes either as an end.
 */
async function isReadStrictly(
  engine: Engine,
  staged: StagedFile,
  sourceSql: string,
): Promise<boolean> {
  try {
    await engine.run(stagingSql(staged, sourceSql));
  } catch {
    return false;
  }
  const [row] = await engine.rows(`SELECT count(*) FROM ${staged.rejectsTable}`);
  return row?.[0] === '0';
}

async function runStaging(engine: Engine, staged: StagedFile, sourceSql: string): Promise<void> {
  try {
    await engine.run(stagingSql(staged, sourceSql));
  } catch (cause) {
    throw engineError(cause, staged.probe.name);
  }
}

interface Source {
  readonly header: readonly string[];
  /** A relation with the cells of the file as text, `c0`, `c1`, … */
  readonly sql: (mode: 'strict' | 'lenient') => string;
}

async function sourceOf(engine: Engine, { probe, linkPath, index }: StageInput): Promise<Source> {
  if (probe.format === 'parquet') return parquetSource(engine, linkPath, probe.name);
  const columns = probe.columns.map((_, cell) => `c${cell}: 'VARCHAR'`).join(', ');
  const sql: Source['sql'] = (
    mode,
  ) => `read_csv(${literal(linkPath)}, auto_detect = false, header = true, columns = {${columns}},
    delim = ${literal(probe.delimiter)}, quote = '"', escape = '"', nullstr = '', strict_mode = ${mode === 'strict'},
    encoding = '${probe.encoding}', compression = '${probe.compressed ? 'gzip' : 'none'}',
    store_rejects = true, rejects_limit = 0, rejects_table = 'structural_${index}${mode === 'strict' ? '' : '_lenient'}', rejects_scan = 'scan_${index}_${mode}')`;
  return { header: probe.columns, sql };
}

async function parquetSource(engine: Engine, path: string, name: string): Promise<Source> {
  try {
    const described = await engine.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literal(path)}))`,
    );
    const cells = described.map(
      ([column, type], cell) => `${textSql(identifier(column ?? ''), type ?? '')} AS c${cell}`,
    );
    return {
      header: described.map(([column]) => column ?? ''),
      sql: () => `(SELECT ${cells.join(', ')} FROM read_parquet(${literal(path)}))`,
    };
  } catch (cause) {
    throw engineError(cause, name);
  }
}

/** Parquet values as the text that a CSV export would hold; its timestamps are UTC by definition. */
function textSql(column: string, type: string): string {
  if (type === 'TIMESTAMP' || type.startsWith('TIMESTAMP_')) return `${column}::VARCHAR || 'Z'`;
  if (/^(MAP|STRUCT)|\[\]$/.test(type)) return `to_json(${column})::VARCHAR`;
  return `${column}::VARCHAR`;
}

function stagingSql(staged: StagedFile, sourceSql: string): string {
  const { header, layout } = staged;
  const cells = columnsOf(staged, (cell) => `c${cell}`);
  const mapping = layout.map(cells);
  const problems = problemsOf(cells, mapping);
  const rejected = anyOf(problems, 'rejected');
  const dropped = anyOf(problems, 'loaded_without_value');
  const direct = layout.directCosts(cells);
  const everyCell = header.map((_, cell) => `c${cell}`);
  const selected = [
    ...canonicalSql(mapping),
    `(${rejected}) AS x_rejected`,
    `(${dropped}) AS x_dropped`,
    `CASE WHEN (${rejected}) OR (${dropped}) THEN [${everyCell.join(', ')}] END AS x_raw`,
    ...COST_COLUMNS.map((column) => `${cells.raw(direct[column] ?? '')} AS x_src_${column}`),
    `${nullWordsSql(staged.probe, everyCell)} AS x_null_texts`,
    `(${zonelessSql(cells)}) AS x_zoneless`,
    `(${cutSql(cells)}) AS x_cut`,
  ];
  return `CREATE OR REPLACE TABLE ${staged.table} AS SELECT ${selected.join(',\n')} FROM ${sourceSql}`;
}

/** The columns of a staged file over its raw cells, wherever these stand. NUL bytes are taken out; a database of text cannot hold them. */
export function columnsOf(
  { header, probe }: Pick<StagedFile, 'header' | 'probe'>,
  cellSql: (index: number) => string,
): CheckedColumns {
  const strip = probe.format === 'csv' && probe.nulBytes > 0;
  return sourceColumns(
    header,
    (cell) => (strip ? `replace(${cellSql(cell)}, chr(0), '')` : cellSql(cell)),
    { nullWords: hasNullWords(probe) },
  );
}

function hasNullWords(probe: FileProbe): boolean {
  return probe.format === 'parquet' || probe.nullWords;
}

/** Everything that can be wrong with a row of this mapping. Asked of the cells while loading, and of kept rows for the report. */
export function problemsOf(cells: CheckedColumns, mapping: Mapping): readonly Problem[] {
  const fromChecks = cells
    .checks()
    .map((check) => problemOf(check, cells.text(check.sourceColumn)));
  const currency = mapping.BillingCurrency ?? 'NULL';
  const account = mapping.SubAccountId ?? 'NULL';
  return [
    ...fromChecks,
    {
      sourceColumn: 'BillingCurrency',
      outcome: 'rejected',
      conditionSql: `NOT coalesce(regexp_full_match(${currency}, '[A-Z]{3}'), false)`,
      valueSql: currency,
      reason: 'not a currency code of three capital letters',
    },
    {
      sourceColumn: 'SubAccountId',
      outcome: 'rejected',
      conditionSql: `(${account}) IS NULL`,
      valueSql: 'NULL',
      reason: 'no account: neither a sub account nor a billing account is named',
    },
  ];
}

const REASONS = {
  decimal: 'not a plain decimal number',
  instant: 'not a date or time between 1990 and 2199',
  tags: 'not a JSON object of tags',
  category: 'not a known charge category or line item type',
} as const;

function problemOf(check: Check, text: string): Problem {
  const isBad = `(${check.parsedSql}) IS NULL`;
  return {
    sourceColumn: check.sourceColumn,
    outcome: check.need === 'optional' ? 'loaded_without_value' : 'rejected',
    conditionSql: check.need === 'required' ? isBad : `((${text}) IS NOT NULL AND ${isBad})`,
    valueSql: text,
    reason: check.need === 'required' ? `missing, or ${REASONS[check.kind]}` : REASONS[check.kind],
  };
}

function anyOf(problems: readonly Problem[], outcome: Problem['outcome']): string {
  const conditions = problems
    .filter((problem) => problem.outcome === outcome)
    .map((problem) => problem.conditionSql);
  return conditions.length === 0 ? 'false' : conditions.join('\n OR ');
}

function canonicalSql(mapping: Mapping): readonly string[] {
  return (Object.keys(CANONICAL_COLUMNS) as CanonicalColumn[]).map((column) => {
    const type = SQL_TYPES[CANONICAL_COLUMNS[column]];
    return `CAST(${mapping[column] ?? 'NULL'} AS ${type}) AS ${column}`;
  });
}

/** How many cells of a row are the word NULL. */
function nullWordsSql(probe: FileProbe, cells: readonly string[]): string {
  if (!hasNullWords(probe)) return '0::SMALLINT';
  const counted = cells.map((cell) => `(${cell} IS NOT DISTINCT FROM 'NULL')::SMALLINT`);
  return `(${counted.join(' + ')})`;
}

/** A charge period without `Z` or an offset leaves its zone open. */
function zonelessSql(cells: CheckedColumns): string {
  const starts = cells
    .checks()
    .find(
      (check) =>
        check.kind === 'instant' && /(charge|usage).*start|^date$/i.test(check.sourceColumn),
    );
  if (!starts) return 'false';
  const text = cells.text(starts.sourceColumn);
  return `coalesce(NOT ends_with(${text}, 'Z') AND NOT regexp_matches(${text}, '[+-][0-9][0-9](:?[0-9][0-9])?$')
    OR regexp_full_match(${text}, '[0-9]{4}-[0-9][0-9]-[0-9][0-9]'), false)`;
}

/** Decimals with more than 18 places lose the rest. */
function cutSql(cells: CheckedColumns): string {
  const decimals = cells
    .checks()
    .filter((check) => check.kind === 'decimal' && check.need !== 'optional');
  const conditions = decimals.map(({ sourceColumn }) => {
    const text = cells.text(sourceColumn);
    return `coalesce(length(${text}) > 19 AND strpos(${text}, '.') > 0 AND length(rtrim(${text}, '0')) - strpos(${text}, '.') > 18, false)`;
  });
  return conditions.length === 0 ? 'false' : conditions.join(' OR ');
}
