import {
  CANONICAL_COLUMNS,
  COST_COLUMNS,
  storedType,
  type CanonicalColumn,
  type Decimals,
} from './canonical.ts';
import type { Mapping } from './layouts/layout.ts';
import type { FileFacts } from './probe.ts';
import { anyOf, problemsOf } from './row-problems.ts';
import { CHECKED, sourceColumns, type CheckedColumns, type Reading } from './source-columns.ts';
import type { StagedFile } from './stage.ts';

type Columns = Pick<StagedFile, 'header' | 'layout' | 'probe'>;

/**
 * All rows of a file in one pass. A row that the reading is not certain about, or that has a problem, is `x_odd` and keeps its cells as
 * `x_raw`; its typed columns mean nothing.
 */
export function stagingSql(file: Columns, reading: Reading, sourceSql: string): string {
  const cells = columnsOf(file, (cell) => `c${cell}`, { parseOnce: true, reading });
  const mapping = file.layout.map(cells);
  const problems = problemsOf(cells, mapping);
  const odd = `${anyOf(problems, 'rejected')} OR ${anyOf(problems, 'loaded_without_value')}`;
  const selected = [
    ...canonicalSql(mapping, reading.decimals),
    'NULL::BIGINT AS x_SourceRow',
    'x_odd',
    `CASE WHEN x_odd THEN [${everyCell(file).join(', ')}] END AS x_raw`,
    ...(reading.decimals === 'narrow' ? [] : sourceTextsSql(file, cells)),
    ...flagsSql(file, cells),
  ];
  return `SELECT ${selected.join(',\n')} FROM (SELECT *, (${odd}) AS x_odd FROM ${cells.parsedFrom(sourceSql)})`;
}

/** The odd rows of a staged relation, parsed in every way that can be understood, with `x_rejected` and `x_dropped`. */
export function mendingSql(file: Columns, stagedTable: string): string {
  const cells = columnsOf(file, (cell) => `c${cell}`, { parseOnce: true, reading: CHECKED });
  const mapping = file.layout.map(cells);
  const problems = problemsOf(cells, mapping);
  const raw = file.header.map((_, cell) => `x_raw[${cell + 1}] AS c${cell}`);
  const source = `(SELECT ${raw.join(', ')}, x_place, x_raw FROM ${stagedTable} WHERE x_odd)`;
  const selected = [
    ...canonicalSql(mapping, CHECKED.decimals),
    'x_place',
    'x_rejected',
    'x_dropped',
    'x_raw',
    ...sourceTextsSql(file, cells),
    ...flagsSql(file, cells),
  ];
  return `SELECT ${selected.join(',\n')} FROM (
    SELECT *, (${anyOf(problems, 'rejected')}) AS x_rejected, (${anyOf(problems, 'loaded_without_value')}) AS x_dropped
    FROM ${cells.parsedFrom(source)})`;
}

/**
 * How many rows of a sample each quick way is not certain about, by itself: all rows, then decimals, times and tags.
 */
export function samplingSql(file: Columns, sourceSql: string): string {
  const odd = (reading: Partial<Reading>, kind: string) => {
    const cells = columnsOf(file, (cell) => `c${cell}`, {
      parseOnce: false,
      reading: { ...CHECKED, ...reading },
    });
    const problems = problemsOf(cells, file.layout.map(cells)).filter(
      (problem) => problem.kind === kind,
    );
    return `count(*) FILTER (${[...problems.map(({ conditionSql }) => conditionSql), 'false'].join(' OR ')})`;
  };
  const counts = [
    odd({ decimals: 'narrow' }, 'decimal'),
    odd({ instants: 'utc' }, 'instant'),
    odd({}, 'tags'),
  ];
  return `SELECT count(*), ${counts.join(', ')} FROM ${sourceSql}`;
}

/** The columns of a file over its raw cells, wherever these stand. NUL bytes are taken out; a database of text cannot hold them. */
export function columnsOf(
  { header, probe }: Pick<Columns, 'header' | 'probe'>,
  cellSql: (index: number) => string,
  options: { readonly parseOnce: boolean; readonly reading: Reading },
): CheckedColumns {
  const strip = probe.format === 'csv' && probe.nulBytes > 0;
  return sourceColumns(
    header,
    (cell) => (strip ? `replace(${cellSql(cell)}, chr(0), '')` : cellSql(cell)),
    { nullWords: hasNullWords(probe), ...options },
  );
}

function everyCell({ header }: Pick<Columns, 'header'>): readonly string[] {
  return header.map((_, cell) => `c${cell}`);
}

function hasNullWords(probe: FileFacts): boolean {
  return probe.format === 'parquet' || probe.nullWords;
}

function canonicalSql(mapping: Mapping, decimals: Decimals): readonly string[] {
  return (Object.keys(CANONICAL_COLUMNS) as CanonicalColumn[]).map((column) => {
    const type = storedType(CANONICAL_COLUMNS[column], decimals);
    return `CAST(${mapping[column] ?? 'NULL'} AS ${type}) AS ${column}`;
  });
}

/** The text of the cost columns, kept so that their sums can be compared with what was loaded. */
function sourceTextsSql({ layout }: Pick<Columns, 'layout'>, cells: CheckedColumns) {
  const direct = layout.directCosts(cells);
  return COST_COLUMNS.map((column) => `${cells.raw(direct[column] ?? '')} AS x_src_${column}`);
}

function flagsSql(file: Columns, cells: CheckedColumns): readonly string[] {
  return [
    `${nullWordsSql(file.probe, everyCell(file))} AS x_null_texts`,
    `(${zonelessSql(cells)}) AS x_zoneless`,
    `(${cutSql(cells)}) AS x_cut`,
  ];
}

/** How many cells of a row are the word NULL. */
function nullWordsSql(probe: FileFacts, cells: readonly string[]): string {
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
  if (!starts || cells.reading.instants === 'utc') return 'false';
  const text = cells.text(starts.sourceColumn);
  return `coalesce(CASE WHEN NOT ends_with(${text}, 'Z') THEN NOT regexp_matches(${text}, '[+-][0-9][0-9](:?[0-9][0-9])?$')
    OR regexp_full_match(${text}, '[0-9]{4}-[0-9][0-9]-[0-9][0-9]') ELSE false END, false)`;
}

/** Decimals with more than 18 places lose the rest; narrow ones have none. */
function cutSql(cells: CheckedColumns): string {
  if (cells.reading.decimals === 'narrow') return 'false';
  const conditions = cells
    .checks()
    .filter((check) => check.kind === 'decimal' && check.need !== 'optional')
    .map(({ sourceColumn }) => {
      const text = cells.text(sourceColumn);
      return `CASE WHEN strlen(${text}) > 19 THEN strpos(${text}, '.') > 0 AND length(rtrim(${text}, '0')) - strpos(${text}, '.') > 18 ELSE false END`;
    });
  return conditions.length === 0 ? 'false' : conditions.join(' OR ');
}
