import { literal } from '../duck/sql.ts';
import { engineError, type Engine } from '../duck/engine.ts';
import {
  rejectsTableOf,
  sourceOf,
  type ReadMode,
  type Source,
  type SourceInput,
} from './file-source.ts';
import { detectLayout } from './layouts/detect-layout.ts';
import type { Layout } from './layouts/layout.ts';
import type { FileFacts } from './probe.ts';
import { CHECKED, isTagsSql, QUICK, type Reading } from './source-columns.ts';
import { mendingSql, samplingSql, stagingSql } from './staging-sql.ts';

/** A file loaded into typed columns, in the order of its rows, with its odd rows parsed one by one beside it. */
export interface StagedFile {
  readonly index: number;
  readonly probe: FileFacts;
  readonly layout: Layout;
  /** Layout with its version, e.g. `FOCUS 1.2`. */
  readonly layoutName: string;
  readonly header: readonly string[];
  readonly reading: Reading;
  /** Relation of typed rows and their place in the file from 0, `x_place`; `x_odd` rows stand in `mendedTable` instead. */
  readonly table: string;
  /** The Parquet file behind it. */
  readonly stagedPath: string;
  /** Relation of the odd rows; `x_rejected` ones are not published. */
  readonly mendedTable: string;
  /** Table of records that are no rows at all; null for Parquet. */
  readonly rejectsTable: string | null;
  readonly counts: StagedCounts;
}

/** What loading found out. */
export interface StagedCounts {
  /** Records that could be split into cells. */
  readonly rows: number;
  readonly rowsOdd: number;
  /** Odd rows that are not published, and those that are without one of their values. */
  readonly rowsRejected: number;
  readonly rowsIncomplete: number;
  /** Records that could not be split into cells. */
  readonly recordsUnreadable: number;
}

/** How charges are stored. Filters on accounts find little to skip in them, so filters that say so would only cost time and room. */
export const CHARGES_FORMAT =
  'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000, WRITE_BLOOM_FILTER false';

/** Share of the first rows that a quick way may be uncertain about and still be taken. */
const ODD_SHARE_MAX = 0.02;

/**
 * Loads one file in one pass, in the quickest way that suits its first rows; nothing is published. Fails with `InputError` where the file
 * cannot be read as billing data.
 */
export async function stageFile(engine: Engine, input: SourceInput): Promise<StagedFile> {
  const { probe, index } = input;
  const source = await sourceOf(engine, input);
  const layout = detectLayout(source.header, probe.name);
  const file = { index, probe, layout, header: source.header };
  const base = {
    ...file,
    layoutName: layout.describe(source.header),
    table: `staged_${index}`,
    stagedPath: `${input.linkPath}.parquet`,
    mendedTable: `mended_${index}`,
  };
  const stage = { engine, source, file: base };
  const quick = await readInto(stage, await chooseReading(stage));
  const isChecked = quick.reading.tags === 'now' || !(await hasBadTags(engine, quick));
  const staged = isChecked ? quick : await readInto(stage, { ...quick.reading, tags: 'now' });
  return mend(engine, staged);
}

interface Stage {
  readonly engine: Engine;
  readonly source: Source;
  readonly file: Omit<StagedFile, 'reading' | 'rejectsTable' | 'counts'>;
}

async function chooseReading({ engine, source, file }: Stage): Promise<Reading> {
  // What is wrong with the sample is said where the whole file is read.
  const [row] = await engine.rows(samplingSql(file, source.sampleSql)).catch(() => []);
  if (!row) return CHECKED;
  const [rows = 0, decimals = 0, instants = 0, tags = 0] = row.map(Number);
  const isFew = (odd: number) => odd <= rows * ODD_SHARE_MAX;
  return {
    decimals: isFew(decimals) ? QUICK.decimals : CHECKED.decimals,
    instants: isFew(instants) ? QUICK.instants : CHECKED.instants,
    tags: tags === 0 ? QUICK.tags : CHECKED.tags,
  };
}

async function readInto(stage: Stage, reading: Reading): Promise<StagedFile> {
  const { probe } = stage.file;
  const strict = () => readAs(stage, reading, 'strict');
  if (probe.format === 'csv' && probe.lineEndsMixed) {
    const read = await strict().catch(() => null);
    if (read?.counts.recordsUnreadable === 0) return read;
    return named(probe, readAs(stage, reading, 'lenient'));
  }
  return named(probe, strict());
}

function named(probe: FileFacts, read: Promise<StagedFile>): Promise<StagedFile> {
  return read.catch((cause: unknown) => {
    throw engineError(cause, probe.name);
  });
}

/**
 * Bare line feeds in a CRLF file are harmless within quotes, which the strict reader proves; where they end lines it gives up or
 * runs lines together, and the lenient reader takes either as an end.
 */
async function readAs(
  { engine, source, file }: Stage,
  reading: Reading,
  mode: ReadMode,
): Promise<StagedFile> {
  const rejectsTable = file.probe.format === 'csv' ? rejectsTableOf(file.index, mode) : null;
  if (rejectsTable !== null) {
    await engine.run(`DROP TABLE IF EXISTS ${rejectsTable}`);
    await engine.run(`DROP TABLE IF EXISTS ${rejectsTable}_scan`);
  }
  await engine.run(
    `COPY (${stagingSql(file, reading, source.sql(mode))}) TO ${literal(file.stagedPath)} (${CHARGES_FORMAT})`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${file.table} AS SELECT * EXCLUDE (file_row_number, x_SourceRow), file_row_number AS x_place
    FROM read_parquet(${literal(file.stagedPath)}, file_row_number = true)`,
  );
  const counts = await countRows(engine, file.table, rejectsTable);
  return { ...file, reading, rejectsTable, counts };
}

async function countRows(
  engine: Engine,
  table: string,
  rejectsTable: string | null,
): Promise<StagedCounts> {
  const [row] = await engine.rows(`SELECT count(*), count(*) FILTER (x_odd) FROM ${table}`);
  const [unreadable] =
    rejectsTable === null
      ? [['0']]
      : await engine.rows(`SELECT count(DISTINCT line) FROM ${rejectsTable}`);
  return {
    rows: Number(row?.[0]),
    rowsOdd: Number(row?.[1]),
    rowsRejected: 0,
    rowsIncomplete: 0,
    recordsUnreadable: Number(unreadable?.[0]),
  };
}

async function hasBadTags(engine: Engine, { table }: StagedFile): Promise<boolean> {
  const [row] = await engine.rows(
    `SELECT count(*) FROM ${table} WHERE NOT x_odd AND Tags IS NOT NULL AND NOT ${isTagsSql('Tags')}`,
  );
  return row?.[0] !== '0';
}

/** Parses the odd rows once more, in every way. */
async function mend(engine: Engine, staged: StagedFile): Promise<StagedFile> {
  const { counts, mendedTable } = staged;
  if (counts.rowsOdd === 0) return staged;
  const path = literal(`${staged.stagedPath}.mended`);
  await engine.run(`COPY (${mendingSql(staged, staged.table)}) TO ${path} (${CHARGES_FORMAT})`);
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW ${mendedTable} AS SELECT * FROM read_parquet(${path})`,
  );
  const [row] = await engine.rows(
    `SELECT count(*) FILTER (x_rejected), count(*) FILTER (x_dropped AND NOT x_rejected) FROM ${mendedTable}`,
  );
  const [rowsRejected = 0, rowsIncomplete = 0] = (row ?? []).map(Number);
  return { ...staged, counts: { ...counts, rowsRejected, rowsIncomplete } };
}
