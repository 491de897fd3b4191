import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  DuckDBInstance,
  StatementType,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import { InputError, invariant, LimitError, UpstreamError } from '@counterfoil/core';

/** One row as text: decimals and integers exact, NULL as null. */
export type TextRow = readonly (string | null)[];

export type Parameter = string | number | null;

/** Where a DuckDB database lives and how much it may take. */
export interface EngineOptions {
  /** A database file, or nothing for one in memory. */
  readonly databaseFile?: string;
  /** Folder for spilled data; this engine makes a folder of its own in it and removes it at the end. */
  readonly spillDirectory: string;
  readonly memoryLimitMb: number;
  readonly threadsMax?: number;
}

/**
 * One DuckDB database with one connection, closed by its owner. Every statement runs alone: two in one text are refused.
 * The spill folder belongs to this engine only, because two processes that share one corrupt each other.
 */
export interface Engine {
  /** Runs one statement and drops its rows. */
  run(sql: string, parameters?: readonly Parameter[]): Promise<void>;
  /** Runs one statement; every value comes as text, so cast in SQL where the text matters. */
  rows(sql: string, parameters?: readonly Parameter[]): Promise<readonly TextRow[]>;
  /** As {@link rows}, for plans: refuses anything but a SELECT and stops it at `timeoutMs` with `LimitError`. */
  select(
    sql: string,
    parameters: readonly Parameter[],
    timeoutMs: number,
  ): Promise<readonly TextRow[]>;
  /** As {@link select}, but gives whole columns, for typed arrays. */
  columns(
    sql: string,
    parameters: readonly Parameter[],
    timeoutMs: number,
  ): Promise<readonly (readonly DuckDBValue[])[]>;
  /** From here on: no file but these, no setting changed, no extension loaded. */
  lock(readableFiles: readonly string[]): Promise<void>;
  close(): void;
}

/** Opens a database with loading of extensions off and UTC as its time zone. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  mkdirSync(options.spillDirectory, { recursive: true, mode: 0o700 });
  const spill = mkdtempSync(join(options.spillDirectory, `spill-${process.pid}-`));
  const instance = await DuckDBInstance.create(options.databaseFile ?? ':memory:', {
    temp_directory: spill,
    memory_limit: `${options.memoryLimitMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    ...(options.threadsMax === undefined ? {} : { threads: String(options.threadsMax) }),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const alone = oneAtATime();
  const read = (sql: string, parameters: readonly Parameter[] = []) =>
    alone(() => execute(connection, sql, parameters));
  return {
    run: async (sql, parameters) => {
      await read(sql, parameters);
    },
    rows: async (sql, parameters) => textRows(await read(sql, parameters)),
    select: (sql, parameters, timeoutMs) =>
      alone(() => select(connection, { sql, parameters, timeoutMs })).then(textRows),
    columns: (sql, parameters, timeoutMs) =>
      alone(() => select(connection, { sql, parameters, timeoutMs })).then((reader) =>
        reader.getColumns(),
      ),
    lock: (readableFiles) => alone(() => lock(connection, readableFiles)),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(spill, { recursive: true, force: true });
    },
  };
}

/** A connection runs one statement at a time; the next waits for the one before, whatever became of it. */
function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}

type Reader = Awaited<ReturnType<DuckDBConnection['runAndReadAll']>>;

function textRows(reader: Reader): readonly TextRow[] {
  return reader
    .getRowsJson()
    .map((row) => row.map((value) => (value === null ? null : textOf(value))));
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}

async function execute(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Parameter[],
): Promise<Reader> {
  // DuckDB refuses to prepare more than one statement.
  const prepared = await connection.prepare(sql);
  if (parameters.length > 0) prepared.bind([...parameters]);
  return prepared.runAndReadAll();
}

interface Selection {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly timeoutMs: number;
}

async function select(connection: DuckDBConnection, selection: Selection): Promise<Reader> {
  const prepared = await connection.prepare(selection.sql);
  invariant(prepared.statementType === StatementType.SELECT, 'a plan may only SELECT');
  if (selection.parameters.length > 0) prepared.bind([...selection.parameters]);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.interrupt();
  }, selection.timeoutMs);
  try {
    return await prepared.runAndReadAll();
  } catch (cause) {
    if (late) {
      throw new LimitError('QUERY_TIMEOUT', `the query ran longer than ${selection.timeoutMs} ms`, {
        cause,
        remedy: 'ask for fewer days or fewer groups',
      });
    }
    throw engineError(cause);
  } finally {
    clearTimeout(timer);
  }
}

/** What DuckDB said, as an error with a code: memory and disk are limits, the rest is its own failure. `subject` names the file. */
export function engineError(cause: unknown, subject?: string): Error {
  const said = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
  const message = subject === undefined ? said : `${subject}: ${said}`;
  if (message.includes('Out of Memory')) {
    return new LimitError('MEMORY', 'the query needs more memory than the lake may take', {
      cause,
      remedy: 'raise lake.memoryLimitMb, or ask for fewer groups',
    });
  }
  if (/^(IO|Invalid Input|Conversion) Error/.test(said)) {
    return new InputError('DATA_UNREADABLE', message, {
      cause,
      remedy: 'export the file again: its structure is damaged',
    });
  }
  return new UpstreamError('ENGINE_FAILED', message, { cause });
}

async function lock(connection: DuckDBConnection, readableFiles: readonly string[]) {
  const list = readableFiles.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  await connection.run(`SET allowed_paths = [${list}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
