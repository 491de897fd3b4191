import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { engineError, type Engine } from '../duck/engine.ts';
import { identifier, literal } from '../duck/sql.ts';
import { probeFile, type FileProbe } from '../ingest/probe.ts';
import { sourceOf, type Source } from '../ingest/file-source.ts';

/** What a file itself says a column holds: a CSV says nothing, so its cells are text. */
export type StoredAs = 'text' | 'number' | 'instant' | 'map' | 'other';

/** A column of the file: SQL of its cell as text, NULL where there is no value. */
export interface RawColumn {
  readonly sql: string;
  readonly storedAs: StoredAs;
}

/** A file as it is, loaded with its rows numbered from 1 in the order of the file. */
export interface RawTable {
  readonly name: string;
  readonly sha256: string;
  readonly rows: number;
  /** Records that could not be split into cells and so are in no row. */
  readonly recordsUnreadable: number;
  readonly header: readonly string[];
  /** Table with the row number `n` and the wanted columns. */
  readonly table: string;
  /** Null where the file has no such column; names are compared letter by letter. */
  readonly column: (name: string) => RawColumn | null;
}

const TABLE = 'raw';
const LINK = 'source';

/**
 * Loads the wanted columns of a CSV (also gzipped) or Parquet file. A cell that is empty or the word NULL is no value.
 * Fails with `InputError` where the file cannot be read as a table.
 */
export async function loadRawTable(
  engine: Engine,
  request: {
    readonly file: string;
    readonly directory: string;
    readonly wanted: ReadonlySet<string>;
    /** Only so many rows from the start are loaded; all of them where nothing is said. */
    readonly rowsMax?: number;
  },
): Promise<RawTable> {
  const probe = await probeFile(request.file);
  const linkPath = join(request.directory, LINK);
  await symlink(resolve(probe.path), linkPath);
  const source = await sourceOf(engine, { probe, linkPath, index: 0 });
  const cells = new Map<string, number>();
  source.header.forEach((name, cell) => {
    if (request.wanted.has(name) && !cells.has(name)) cells.set(name, cell);
  });
  const selected = ['row_number() OVER () AS n', ...[...cells.values()].map(cellSql)];
  const reading: Reading = {
    probe,
    source,
    selected: selected.join(', '),
    rowsMax: request.rowsMax,
  };
  const recordsUnreadable = await readInto(engine, reading);
  const [[rows = '0'] = []] = await engine.rows(`SELECT count(*) FROM ${TABLE}`);
  const types = probe.format === 'parquet' ? await typesOf(engine, linkPath) : [];
  return {
    name: probe.name,
    sha256: probe.sha256,
    rows: Number(rows),
    recordsUnreadable,
    header: source.header,
    table: TABLE,
    column: (name) => {
      const cell = cells.get(name);
      return cell === undefined
        ? null
        : { sql: identifier(`v${cell}`), storedAs: storedAs(types[cell]) };
    },
  };
}

/** Exports write a missing value as nothing or as the word NULL. */
function cellSql(cell: number): string {
  const text = `replace(c${cell}, chr(0), '')`;
  return `CASE WHEN ${text} NOT IN ('NULL', 'null') THEN ${text} END AS v${cell}`;
}

interface Reading {
  readonly probe: FileProbe;
  readonly source: Source;
  readonly selected: string;
  readonly rowsMax: number | undefined;
}

async function readInto(
  engine: Engine,
  { probe, source, selected, rowsMax }: Reading,
): Promise<number> {
  const limit = rowsMax === undefined ? '' : ` LIMIT ${Math.trunc(rowsMax)}`;
  const read = async (mode: 'strict' | 'lenient') => {
    const sql = `CREATE OR REPLACE TABLE ${TABLE} AS SELECT ${selected} FROM ${source.sql(mode)}${limit}`;
    await engine.run(sql);
    return probe.format === 'parquet' ? 0 : countUnreadable(engine, mode);
  };
  // As the ingest does: only where line ends are mixed may the strict reader run lines together.
  const lenient = probe.format === 'csv' && probe.lineEndsMixed;
  try {
    const unreadable = await read('strict').catch((cause: unknown) => {
      if (lenient) return null;
      throw cause;
    });
    return unreadable === 0 || !lenient ? (unreadable ?? 0) : await read('lenient');
  } catch (cause) {
    throw engineError(cause, probe.name);
  }
}

async function countUnreadable(engine: Engine, mode: 'strict' | 'lenient'): Promise<number> {
  const rejects = `structural_0${mode === 'strict' ? '' : '_lenient'}`;
  const [[lines = '0'] = []] = await engine.rows(`SELECT count(DISTINCT line) FROM ${rejects}`);
  return Number(lines);
}

async function typesOf(engine: Engine, path: string): Promise<readonly string[]> {
  const described = await engine.rows(
    `SELECT column_type FROM (DESCRIBE SELECT * FROM read_parquet(${literal(path)}))`,
  );
  return described.map(([type]) => type ?? '');
}

function storedAs(type: string | undefined): StoredAs {
  if (type === undefined || /^(VARCHAR|JSON)/.test(type)) return 'text';
  if (type.endsWith('[]')) return 'other';
  if (/^(DECIMAL|DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT)/.test(type)) return 'number';
  if (type.startsWith('TIMESTAMP')) return 'instant';
  return /^(MAP|STRUCT)/.test(type) ? 'map' : 'other';
}
