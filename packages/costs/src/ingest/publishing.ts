import { link } from 'node:fs/promises';
import { identifier, literal } from '../duck/sql.ts';
import type { Engine } from '../duck/engine.ts';
import { CANONICAL_COLUMNS } from './canonical.ts';
import { problemsOf } from './row-problems.ts';
import { CHARGES_FORMAT, columnsOf, type StagedFile } from './stage.ts';
import type { Manifest, RowProblem } from '../versions/manifest.ts';

const PROBLEMS_SHOWN_MAX = 100;
const VALUE_CHARS_MAX = 80;

/**
 * Record number of each staged row in its file. Records that could not be split are no rows of the table, so every one
 * of them before a row moves it down by one.
 */
function numberedSql(staged: StagedFile): string {
  if (staged.recordsUnreadable === 0)
    return `(SELECT *, x_place + 1 AS x_SourceRow FROM ${staged.table})`;
  return `(SELECT rows.* EXCLUDE (x_order), rows.x_order + coalesce(before.skipped, 0) AS x_SourceRow
    FROM (SELECT *, x_place + 1 AS x_order FROM ${staged.table}) AS rows
    ASOF LEFT JOIN (
      SELECT line - place AS x_order, max(place) AS skipped
      FROM (SELECT line, row_number() OVER (ORDER BY line) AS place FROM (SELECT DISTINCT line FROM ${staged.rejectsTable}))
      GROUP BY line - place
    ) AS before ON rows.x_order >= before.x_order)`;
}

/**
 * Publishes the good rows of all files as one Parquet file, in their order. The only file of a version is published as it was
 * staged where no row of it is left out: then its place there is its row number.
 */
export async function writeCharges(
  engine: Engine,
  files: readonly StagedFile[],
  path: string,
): Promise<void> {
  const [only, ...others] = files;
  if (only && others.length === 0 && (await isWhole(engine, only))) return link(only.path, path);
  const columns = Object.keys(CANONICAL_COLUMNS).map(identifier).join(', ');
  const parts = files.map(
    (staged) =>
      `SELECT ${columns}, x_SourceFile, x_SourceRow FROM ${numberedSql(staged)} WHERE NOT x_rejected`,
  );
  await engine.run(`COPY (${parts.join(' UNION ALL ')}) TO ${literal(path)} (${CHARGES_FORMAT})`);
}

async function isWhole(engine: Engine, staged: StagedFile): Promise<boolean> {
  if (staged.recordsUnreadable > 0) return false;
  const [row] = await engine.rows(`SELECT count(*) FROM ${staged.table} WHERE x_rejected`);
  return row?.[0] === '0';
}

/** Writes every row with a problem, as it stood in the file, one JSON object a line. */
export async function writeRejects(
  engine: Engine,
  files: readonly StagedFile[],
  path: string,
): Promise<void> {
  const parts = files.flatMap((staged) => [rowRejectsSql(staged), ...structuralRejectsSql(staged)]);
  await engine.run(`COPY (SELECT file, row, outcome, problems, cells, text FROM (${parts.join(' UNION ALL ')}) ORDER BY x_file, row)
    TO ${literal(path)} (FORMAT json)`);
}

/** Problems for the report: the first ones, rejected rows before others, and all of them counted by kind. */
export async function readProblems(
  engine: Engine,
  files: readonly StagedFile[],
): Promise<Pick<Manifest, 'problems' | 'problemKinds'>> {
  const parts = files.flatMap((staged) => [rowRejectsSql(staged), ...structuralRejectsSql(staged)]);
  await engine.run(`CREATE OR REPLACE TEMP TABLE problem AS
    SELECT x_file, file, row, outcome, problem."column" AS "column", problem.value AS value, problem.reason AS reason
    FROM (SELECT x_file, file, row, outcome, unnest(problems) AS problem FROM (${parts.join(' UNION ALL ')}))`);
  const first = await engine.rows(`SELECT file, row, outcome, "column", value, reason FROM problem
    ORDER BY outcome = 'rejected' DESC, x_file, row, "column" LIMIT ${PROBLEMS_SHOWN_MAX}`);
  const kinds = await engine.rows(
    'SELECT file, outcome, "column", reason, count(*) FROM problem GROUP BY ALL ORDER BY 5 DESC, 1, 2, 3, 4',
  );
  return {
    problems: first.map(([file, row, outcome, column, value, reason]) => ({
      file: file ?? '',
      row: Number(row),
      outcome: outcomeOf(outcome),
      column: column ?? '',
      value: value ?? null,
      reason: reason ?? '',
    })),
    problemKinds: kinds.map(([file, outcome, column, reason, rows]) => ({
      file: file ?? '',
      outcome: outcomeOf(outcome),
      column: column ?? '',
      reason: reason ?? '',
      rows: Number(rows),
    })),
  };
}

function outcomeOf(text: string | null | undefined): RowProblem['outcome'] {
  return text === 'rejected' ? 'rejected' : 'loaded_without_value';
}

function rowRejectsSql(staged: StagedFile): string {
  const cells = columnsOf(staged, (cell) => `x_raw[${cell + 1}]`, { parseOnce: false });
  const problems = problemsOf(cells, staged.layout.map(cells)).map(
    (
      problem,
    ) => `CASE WHEN ${problem.conditionSql} THEN {"column": ${literal(problem.sourceColumn.slice(0, VALUE_CHARS_MAX))},
      "value": left(${problem.valueSql}, ${VALUE_CHARS_MAX}), reason: ${literal(problem.reason)}} END`,
  );
  return `SELECT ${staged.index} AS x_file, ${literal(staged.probe.name)} AS file, x_SourceRow AS row,
    CASE WHEN x_rejected THEN 'rejected' ELSE 'loaded_without_value' END AS outcome,
    list_filter([${problems.join(', ')}], lambda problem: problem IS NOT NULL) AS problems, x_raw AS cells, NULL::VARCHAR AS text
    FROM ${numberedSql(staged)} WHERE x_rejected OR x_dropped`;
}

function structuralRejectsSql(staged: StagedFile): readonly string[] {
  if (staged.recordsUnreadable === 0) return [];
  return [
    `SELECT ${staged.index} AS x_file, ${literal(staged.probe.name)} AS file, (line - 1)::BIGINT AS row, 'rejected' AS outcome,
    [{"column": coalesce(left([${staged.header.map(literal).join(', ')}][1 + TRY_CAST(any_value(column_name)[2:] AS INTEGER)], ${VALUE_CHARS_MAX}), ''), "value": left(any_value(trim(csv_line, chr(10) || chr(13))), ${VALUE_CHARS_MAX}),
      reason: 'the record cannot be split into cells: ' || lower(any_value(error_type::VARCHAR))}] AS problems,
    NULL::VARCHAR[] AS cells, any_value(csv_line) AS text FROM ${staged.rejectsTable} GROUP BY line`,
  ];
}
