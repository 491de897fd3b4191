import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { openPool } from './pool.ts';
import { isConnectionError, isContention, storeError } from './store-error.ts';
import type { Tables } from './tables.ts';

/** How the stores reach the database. Every failure comes out as a `PlatformError`. */
export interface Connection {
  /** Runs a read, again after a lost connection: it survives a restart of the database. */
  read<Result>(work: (database: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  /**
   * Runs one transaction. Waits for a database that is restarting, but a transaction that was cut off is not run again:
   * it fails with `STORE_UNAVAILABLE`, and whether it was committed must be read. A deadlock is run again.
   */
  write<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 6;
const PATIENCE_MS = 15_000;
const PAUSE_FIRST_MS = 50;
const PAUSE_MAX_MS = 1_000;
const CONTENTION_ATTEMPTS_MAX = 5;

/** Opens a pool; connects at first use. */
export function openConnection(databaseUrl: string, name: string): Connection {
  const pool = openPool({
    connectionString: databaseUrl,
    max: CONNECTIONS_MAX,
    idleTimeoutMillis: 30_000,
    application_name: name,
  });
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    read: (work) => patiently(() => work(database), isConnectionError),
    write: (work) => writeOnce(database, work),
    close: () => database.destroy(),
  };
}

async function writeOnce<Result>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    let begun = false;
    const run = (): Promise<Result> =>
      database.transaction().execute((transaction) => {
        begun = true;
        return work(transaction);
      });
    try {
      return await patiently(run, (error) => !begun && isConnectionError(error));
    } catch (error) {
      const contended = error instanceof Error && isContention(error.cause);
      if (!contended || attempt === CONTENTION_ATTEMPTS_MAX) throw error;
    }
  }
}

async function patiently<Result>(
  work: () => Promise<Result>,
  mayRepeat: (error: unknown) => boolean,
): Promise<Result> {
  let pauseMs = PAUSE_FIRST_MS;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      return await work();
    } catch (error) {
      if (!mayRepeat(error) || waitedMs >= PATIENCE_MS) throw storeError(error);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
  }
}
