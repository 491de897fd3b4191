import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { storeError } from '../connection/store-error.ts';

/** Tells live workers from dead ones by locks that PostgreSQL releases when a process dies. */
export interface Liveness {
  /** Holds the lock of this worker until closed, and again after a lost connection. */
  hold(workerId: string): Promise<void>;
  /** Frees the jobs of workers whose lock nobody holds; they run again at once. For a starting process, which waits for nobody. */
  takeOver(): Promise<void>;
  close(): Promise<void>;
}

interface LivenessOptions {
  readonly databaseUrl: string;
  readonly schema: string;
}

const SWEEP_INTERVAL_MS = 2_000;
const PAUSE_MAX_MS = 1_000;
const SETTLING_SECONDS = 5;
/** A job found locked by the dead is not the job's fault, up to this many times; then deaths count as failures too. */
const DEATHS_FREE_MAX = 25;

/** Opens the session that carries the locks, waiting up to 15 s for the database, and sweeps from then on. */
export async function openLiveness(options: LivenessOptions): Promise<Liveness> {
  const held = new Set<string>();
  let closed = false;
  let session: Client | null = await connectPatiently(options, held, () => closed);
  watch(session);

  function watch(client: Client): void {
    client.once('end', () => {
      session = null;
      void connectPatiently(options, held, () => closed, Infinity).then(
        (next) => {
          if (closed) return void next.end().catch(() => {});
          session = next;
          watch(next);
        },
        () => {},
      );
    });
  }

  // One statement at a time: the session is shared by all workers and the sweeper.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: (client: Client) => Promise<unknown>): Promise<boolean> => {
    const result = turn.then(async () => {
      if (!session) return false;
      await work(session);
      return true;
    });
    turn = result.catch(() => {});
    return result;
  };
  const takeOver = (settlingSeconds: number): Promise<boolean> =>
    inTurn((client) =>
      client.query(takeOverSql(options.schema), [DEATHS_FREE_MAX, [...held], settlingSeconds]),
    );
  // A sweep that fails is made up for by the next; the session's own end is what reconnects.
  const sweeper = setInterval(
    () => void takeOver(SETTLING_SECONDS).catch(() => {}),
    SWEEP_INTERVAL_MS,
  );

  return {
    takeOver: async () => void (await takeOver(0)),
    async hold(workerId) {
      held.add(workerId);
      while (!closed) {
        if (await inTurn((client) => lock(client, workerId)).catch(() => false)) return;
        await sleep(50);
      }
    },
    async close() {
      closed = true;
      clearInterval(sweeper);
      await session?.end().catch(() => {});
    },
  };
}

async function lock(client: Client, workerId: string): Promise<void> {
  await client.query('select pg_advisory_lock_shared(hashtextextended($1, 0))', [workerId]);
}

async function connectPatiently(
  options: LivenessOptions,
  held: ReadonlySet<string>,
  isClosed: () => boolean,
  patienceMs = 15_000,
): Promise<Client> {
  let pauseMs = 50;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const client = new Client({
      connectionString: options.databaseUrl,
      application_name: `counterfoil ${options.schema} liveness`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      for (const workerId of held) await lock(client, workerId);
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (isClosed() || waitedMs >= patienceMs) throw storeError(error);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
  }
}

/**
 * A worker is dead when its lock can be had. The locks of the living are shared, the probe is exclusive and lasts for this
 * statement's transaction only. Our own workers are left out, since a session never waits for itself; and after a restart of the
 * database a sweep gives the living time to come back for their locks. Jobs whose key was taken by a newer one have nothing left to do and are removed.
 */
function takeOverSql(schema: string): string {
  return `
    with holders as materialized (
      select distinct locked_by from ${schema}._private_jobs
      where locked_by <> all ($2::text[]) and pg_postmaster_start_time() < now() - make_interval(secs => $3)
    ), dead as materialized (
      select locked_by from holders where pg_try_advisory_xact_lock(hashtextextended(locked_by, 0))
    ), superseded as (
      delete from ${schema}._private_jobs
      where key is null and attempts >= max_attempts
        and (locked_by is null or locked_by in (select locked_by from dead))
    ), freed as (
      update ${schema}._private_jobs as job
      set locked_by = null, locked_at = null, run_at = least(run_at, now()),
        attempts = case
          when coalesce((flags ->> 'deaths')::int, 0) < $1::int then greatest(attempts - 1, 0)
          else attempts
        end,
        flags = coalesce(flags, '{}') || jsonb_build_object('deaths', coalesce((flags ->> 'deaths')::int, 0) + 1)
      where locked_by in (select locked_by from dead) and not (key is null and attempts >= max_attempts)
      returning id
    )
    select pg_notify('jobs:insert', json_build_object('count', count(*))::text) from freed having count(*) > 0`;
}
