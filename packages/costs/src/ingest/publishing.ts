import { link, writeFile } from 'node:fs/promises';
import { literal } from '../duck/sql.ts';
import type { Engine } from '../duck/engine.ts';
import { CANONICAL_COLUMNS, storedType, type CanonicalColumn, type Decimals } from './canonical.ts';
import { problemsOf } from './row-problems.ts';
import { CHECKED } from './source-columns.ts';
import { CHARGES_FORMAT, type StagedFile } from './stage.ts';
import { columnsOf } from './staging-sql.ts';
import type { RowProblem } from '../versions/manifest.ts';
import type { Part } from '../versions/part.ts';

/** Problems that a report shows one by one. */
export const PROBLEMS_SHOWN_MAX = 100;
const VALUE_CHARS_MAX = 80;

/**
 * A relation of staged rows with the record number of each in its file. Records that could not be split are no rows, so every one
 * of them before a row moves it down by one.
 */
function numberedSql(staged: StagedFile, relationSql: string): string {
  if (staged.counts.recordsUnreadable === 0)
    return `(SELECT *, x_place + 1 AS x_SourceRow FROM ${relationSql})`;
  return `(SELECT rows.* EXCLUDE (x_order), rows.x_order + coalesce(before.skipped, 0) AS x_SourceRow
    FROM (SELECT *, x_place + 1 AS x_order FROM ${relationSql}) AS rows
    ASOF LEFT JOIN (
      SELECT line - place AS x_order, max(place) AS skipped
      FROM (SELECT line, row_number() OVER (ORDER BY line) AS place FROM (SELECT DISTINCT line FROM ${staged.rejectsTable}))
      GROUP BY line - place
    ) AS before ON rows.x_order >= before.x_order)`;
}

/** Whether there is nothing to report of a file. */
function isClean({ counts }: StagedFile): boolean {
  return counts.recordsUnreadable + counts.rowsRejected + counts.rowsIncomplete === 0;
}

/** Where the rows of a part are written. */
export interface ChargesPaths {
  readonly charges: string;
  readonly mended: string;
}

/**
 * Writes the rows of a file: those that were loaded at once, in their order, and those that were mended. The first are taken as they were
 * staged unless records between them could not be read, and are then numbered.
 */
export async function writeCharges(
  engine: Engine,
  staged: StagedFile,
  paths: ChargesPaths,
): Promise<void> {
  const { counts, table, mendedTable, reading } = staged;
  const write = (decimals: Decimals, relationSql: string, path: string) =>
    engine.run(
      `COPY (SELECT ${storedSql(decimals)}, x_SourceRow, false AS x_odd FROM ${numberedSql(staged, relationSql)}) TO ${literal(path)} (${CHARGES_FORMAT})`,
    );
  if (counts.recordsUnreadable === 0) await link(staged.stagedPath, paths.charges);
  else await write(reading.decimals, `(FROM ${table} WHERE NOT x_odd)`, paths.charges);
  if (counts.rowsOdd > 0)
    await write(CHECKED.decimals, `(FROM ${mendedTable} WHERE NOT x_rejected)`, paths.mended);
}

function storedSql(decimals: Decimals): string {
  return (Object.keys(CANONICAL_COLUMNS) as CanonicalColumn[])
    .map(
      (column) =>
        `CAST(${column} AS ${storedType(CANONICAL_COLUMNS[column], decimals)}) AS ${column}`,
    )
    .join(', ');
}

/** Writes every row with a problem, as it stood in the file, one JSON object a line. */
export async function writeRejects(
  engine: Engine,
  staged: StagedFile,
  path: string,
): Promise<void> {
  if (isClean(staged)) return writeFile(path, '');
  await engine.run(`COPY (SELECT row, outcome, problems, cells, text FROM (${rejectsSql(staged)}) ORDER BY row)
    TO ${literal(path)} (FORMAT json)`);
}

/** Problems for the report: the first ones, rejected rows before others, and all of them counted by kind. */
export async function readProblems(
  engine: Engine,
  staged: StagedFile,
): Promise<Pick<Part, 'problems' | 'problemKinds'>> {
  if (isClean(staged)) return { problems: [], problemKinds: [] };
  await engine.run(`CREATE OR REPLACE TEMP TABLE problem AS
    SELECT row, outcome, problem."column" AS "column", problem.value AS value, problem.reason AS reason
    FROM (SELECT row, outcome, unnest(problems) AS problem FROM (${rejectsSql(staged)}))`);
  const first = await engine.rows(`SELECT row, outcome, "column", value, reason FROM problem
    ORDER BY outcome = 'rejected' DESC, row, "column" LIMIT ${PROBLEMS_SHOWN_MAX}`);
  const kinds = await engine.rows(
    'SELECT outcome, "column", reason, count(*) FROM problem GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3',
  );
  return {
    problems: first.map(([row, outcome, column, value, reason]) => ({
      row: Number(row),
      outcome: outcomeOf(outcome),
      column: column ?? '',
      value: value ?? null,
      reason: reason ?? '',
    })),
    problemKinds: kinds.map(([outcome, column, reason, rows]) => ({
      outcome: outcomeOf(outcome),
      column: column ?? '',
      reason: reason ?? '',
      rows: Number(rows),
    })),
  };
}

function rejectsSql(staged: StagedFile): string {
  return [...rowRejectsSql(staged), ...structuralRejectsSql(staged)].join(' UNION ALL ');
}

function outcomeOf(text: string | null | undefined): RowProblem['outcome'] {
  return text === 'rejected' ? 'rejected' : 'loaded_without_value';
}

function rowRejectsSql(staged: StagedFile): readonly string[] {
  if (staged.counts.rowsOdd === 0) return [];
  const cells = columnsOf(staged, (cell) => `x_raw[${cell + 1}]`, {
    parseOnce: false,
    reading: CHECKED,
  });
  const problems = problemsOf(cells, staged.layout.map(cells)).map(
    (
      problem,
    ) => `CASE WHEN ${problem.conditionSql} THEN {"column": ${literal(problem.sourceColumn.slice(0, VALUE_CHARS_MAX))},
      "value": left(${problem.valueSql}, ${VALUE_CHARS_MAX}), reason: ${literal(problem.reason)}} END`,
  );
  return [
    `SELECT x_SourceRow AS row,
    CASE WHEN x_rejected THEN 'rejected' ELSE 'loaded_without_value' END AS outcome,
    list_filter([${problems.join(', ')}], lambda problem: problem IS NOT NULL) AS problems, x_raw AS cells, NULL::VARCHAR AS text
    FROM ${numberedSql(staged, `(FROM ${staged.mendedTable} WHERE x_rejected OR x_dropped)`)}`,
  ];
}

function structuralRejectsSql(staged: StagedFile): readonly string[] {
  if (staged.counts.recordsUnreadable === 0) return [];
  return [
    `SELECT (line - 1)::BIGINT AS row, 'rejected' AS outcome,
    [{"column": coalesce(left([${staged.header.map(literal).join(', ')}][1 + TRY_CAST(any_value(column_name)[2:] AS INTEGER)], ${VALUE_CHARS_MAX}), ''), "value": left(any_value(trim(csv_line, chr(10) || chr(13))), ${VALUE_CHARS_MAX}),
      reason: 'the record cannot be split into cells: ' || lower(any_value(error_type::VARCHAR))}] AS problems,
    NULL::VARCHAR[] AS cells, any_value(csv_line) AS text FROM ${staged.rejectsTable} GROUP BY line`,
  ];
}
