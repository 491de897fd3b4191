import { identifier, literal } from '../duck/sql.ts';
import { engineError, type Engine } from '../duck/engine.ts';
import { CANONICAL_COLUMNS, COST_COLUMNS, SQL_TYPES, type CanonicalColumn } from './canonical.ts';
import { detectLayout } from './layouts/detect-layout.ts';
import type { Layout, Mapping } from './layouts/layout.ts';
import type { FileProbe } from './probe.ts';
import { anyOf, problemsOf } from './row-problems.ts';
import { sourceColumns, type CheckedColumns } from './source-columns.ts';

/** A file loaded into typed columns, in the order of its rows, with its bad rows kept beside. */
export interface StagedFile {
  readonly index: number;
  readonly probe: FileProbe;
  readonly layout: Layout;
  /** Layout with its version, e.g. `FOCUS 1.2`. */
  readonly layoutName: string;
  readonly header: readonly string[];
  /** Relation of typed rows and their place in the file from 0, `x_place`; `x_rejected` rows are not published. */
  readonly table: string;
  /** The Parquet file behind it. */
  readonly stagedPath: string;
  /** Table of records that are no rows at all; null for Parquet. */
  readonly rejectsTable: string | null;
  /** Records that could not be split into cells. */
  readonly recordsUnreadable: number;
}

/** How charges are stored. Filters on accounts find little to skip in them, so filters that say so would only cost time and room. */
export const CHARGES_FORMAT =
  'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000, WRITE_BLOOM_FILTER false';

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
    stagedPath: `${input.linkPath}.parquet`,
    rejectsTable: probe.format === 'csv' ? `structural_${index}` : null,
    recordsUnreadable: 0,
  };
  const read = await readInto(engine, staged, source.sql);
  return { ...read, recordsUnreadable: await countUnreadable(engine, read) };
}

async function readInto(
  engine: Engine,
  staged: StagedFile,
  sourceSql: Source['sql'],
): Promise<StagedFile> {
  const { probe, index } = staged;
  if (probe.format === 'csv' && probe.lineEndsMixed) {
    if (await isReadStrictly(engine, staged, sourceSql('strict'))) return staged;
    const lenient = { ...staged, rejectsTable: `structural_${index}_lenient` };
    await runStaging(engine, lenient, sourceSql('lenient'));
    return lenient;
  }
  await runStaging(engine, staged, sourceSql('strict'));
  return staged;
}

async function countUnreadable(
  engine: Engine,
  { rejectsTable }: Pick<StagedFile, 'rejectsTable'>,
): Promise<number> {
  if (rejectsTable === null) return 0;
  const [row] = await engine.rows(`SELECT count(DISTINCT line) FROM ${rejectsTable}`);
  return Number(row?.[0] ?? 0);
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
    await writeStaged(engine, staged, sourceSql);
  } catch {
    return false;
  }
  return (await countUnreadable(engine, staged)) === 0;
}

async function runStaging(engine: Engine, staged: StagedFile, sourceSql: string): Promise<void> {
  try {
    await writeStaged(engine, staged, sourceSql);
  } catch (cause) {
    throw engineError(cause, staged.probe.name);
  }
}

async function writeStaged(engine: Engine, staged: StagedFile, sourceSql: string): Promise<void> {
  await engine.run(
    `COPY (${stagingSql(staged, sourceSql)}) TO ${literal(staged.stagedPath)} (${CHARGES_FORMAT})`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${staged.table} AS SELECT * EXCLUDE (file_row_number, x_SourceRow), file_row_number AS x_place
    FROM read_parquet(${literal(staged.stagedPath)}, file_row_number = true)`,
  );
}

export interface Source {
  readonly header: readonly string[];
  /** A relation with the cells of the file as text, `c0`, `c1`, … */
  readonly sql: (mode: 'strict' | 'lenient') => string;
}

/** How the cells of a file are read as text, whatever its format. */
export async function sourceOf(
  engine: Engine,
  { probe, linkPath, index }: StageInput,
): Promise<Source> {
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
  const cells = columnsOf(staged, (cell) => `c${cell}`, { parseOnce: true });
  const mapping = layout.map(cells);
  const problems = problemsOf(cells, mapping);
  const rejected = anyOf(problems, 'rejected');
  const dropped = anyOf(problems, 'loaded_without_value');
  const direct = layout.directCosts(cells);
  const everyCell = header.map((_, cell) => `c${cell}`);
  const selected = [
    ...canonicalSql(mapping),
    'NULL::BIGINT AS x_SourceRow',
    'x_rejected',
    'x_dropped',
    `CASE WHEN x_rejected OR x_dropped THEN [${everyCell.join(', ')}] END AS x_raw`,
    ...COST_COLUMNS.map((column) => `${cells.raw(direct[column] ?? '')} AS x_src_${column}`),
    `${nullWordsSql(staged.probe, everyCell)} AS x_null_texts`,
    `(${zonelessSql(cells)}) AS x_zoneless`,
    `(${cutSql(cells)}) AS x_cut`,
  ];
  return `SELECT ${selected.join(',\n')} FROM (
    SELECT *, (${rejected}) AS x_rejected, (${dropped}) AS x_dropped FROM ${cells.parsedFrom(sourceSql)})`;
}

/** The columns of a staged file over its raw cells, wherever these stand. NUL bytes are taken out; a database of text cannot hold them. */
export function columnsOf(
  { header, probe }: Pick<StagedFile, 'header' | 'probe'>,
  cellSql: (index: number) => string,
  { parseOnce }: { readonly parseOnce: boolean },
): CheckedColumns {
  const strip = probe.format === 'csv' && probe.nulBytes > 0;
  return sourceColumns(
    header,
    (cell) => (strip ? `replace(${cellSql(cell)}, chr(0), '')` : cellSql(cell)),
    { nullWords: hasNullWords(probe), parseOnce },
  );
}

function hasNullWords(probe: FileProbe): boolean {
  return probe.format === 'parquet' || probe.nullWords;
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
  return `coalesce(CASE WHEN NOT ends_with(${text}, 'Z') THEN NOT regexp_matches(${text}, '[+-][0-9][0-9](:?[0-9][0-9])?$')
    OR regexp_full_match(${text}, '[0-9]{4}-[0-9][0-9]-[0-9][0-9]') ELSE false END, false)`;
}

/** Decimals with more than 18 places lose the rest. */
function cutSql(cells: CheckedColumns): string {
  const decimals = cells
    .checks()
    .filter((check) => check.kind === 'decimal' && check.need !== 'optional');
  const conditions = decimals.map(({ sourceColumn }) => {
    const text = cells.text(sourceColumn);
    return `CASE WHEN strlen(${text}) > 19 THEN strpos(${text}, '.') > 0 AND length(rtrim(${text}, '0')) - strpos(${text}, '.') > 18 ELSE false END`;
  });
  return conditions.length === 0 ? 'false' : conditions.join(' OR ');
}
