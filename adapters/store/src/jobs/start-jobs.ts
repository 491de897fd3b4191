import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, run, type Runner, type Task, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import { InputError } from '@counterfoil/core';
import { openPool } from '../connection/pool.ts';
import { isConnectionError, storeError } from '../connection/store-error.ts';
import type { JobHandler, JobRunner, JobRunnerOptions } from '../contract.ts';
import { openLiveness, type Liveness } from './liveness.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** How often a due time or a retry is looked for; new work is told by LISTEN. */
const POLL_INTERVAL_MS = 1_000;
const RESTART_PAUSE_MS = 500;
const START_PATIENCE_MS = 15_000;

/**
 * Runs one queue until stopped, jobs about the same thing one after the other. New work starts within milliseconds; a failed job is tried again after e¹, e², … s,
 * eight times in all, then it is a dead letter. The jobs of a worker that died are taken over at the start and every two seconds; a
 * job that was cut off so runs again, and its handler must expect that. Survives a restart of PostgreSQL.
 */
export async function startJobs(options: JobRunnerOptions): Promise<JobRunner> {
  const schema = `jobs_${options.queue}`;
  if (Object.keys(options.handlers).length === 0) {
    throw new InputError(
      'JOBS_WITHOUT_HANDLERS',
      `the ${options.queue} queue was given no handler`,
    );
  }
  const pool = openPool({
    connectionString: options.databaseUrl,
    // Each running job holds one for its lock and may need another to be reported done; three are the engine's own.
    max: options.concurrency * 2 + 3,
    application_name: `counterfoil ${schema}`,
  });
  const liveness = await openLiveness({ databaseUrl: options.databaseUrl, schema });
  let runner = await startFirst(options, pool, schema, liveness);
  let stopping = false;

  const supervise = async (): Promise<void> => {
    while (!stopping) {
      // The engine ends by itself only when it gave up on the database; then it is started afresh.
      await runner.promise.catch((error: unknown) => reportEngine(options, error));
      if (stopping) return;
      await sleep(RESTART_PAUSE_MS);
      const next = await startEngine(options, pool, schema, liveness).catch((error: unknown) => {
        reportEngine(options, error);
        return null;
      });
      if (next) runner = next;
    }
  };
  const supervision = supervise();

  return {
    async stop() {
      stopping = true;
      await runner.stop().catch(() => {});
      await supervision;
      await liveness.close();
      await pool.end();
    },
  };
}

async function startFirst(
  options: JobRunnerOptions,
  pool: Pool,
  schema: string,
  liveness: Liveness,
): Promise<Runner> {
  for (let waitedMs = 0; ; waitedMs += RESTART_PAUSE_MS) {
    try {
      return await startEngine(options, pool, schema, liveness);
    } catch (error) {
      if (!isConnectionError(error) || waitedMs >= START_PATIENCE_MS) {
        await liveness.close();
        await pool.end();
        throw storeError(error);
      }
      await sleep(RESTART_PAUSE_MS);
    }
  }
}

async function startEngine(
  options: JobRunnerOptions,
  pool: Pool,
  schema: string,
  liveness: Liveness,
): Promise<Runner> {
  await liveness.takeOver();
  const runner = await run({
    pgPool: pool,
    schema,
    concurrency: options.concurrency,
    pollInterval: POLL_INTERVAL_MS,
    noHandleSignals: true,
    parsedCronItems: [],
    logger: new Logger(() => () => {}),
    taskList: taskListOf(pool, options.handlers),
    preset: {
      plugins: [
        {
          name: 'counterfoil-liveness',
          version: '1.0.0',
          worker: {
            hooks: {
              // Awaited before the worker asks for its first job, so no job is ever held by a worker that looks dead.
              startWorker: (_context, { worker }) => liveness.hold(worker.workerPool.id),
            },
          },
        },
      ],
    },
  });
  runner.events.on('job:error', ({ error, job }) => {
    const final = job.attempts >= job.max_attempts;
    options.onError(error, { task: job.task_identifier, attempts: job.attempts, final });
  });
  return runner;
}

function taskListOf(pool: Pool, handlers: JobRunnerOptions['handlers']): TaskList {
  return Object.fromEntries(
    Object.entries(handlers).map(([task, handler]: [string, JobHandler]): [string, Task] => {
      const work = oneAtATime(pool, handler);
      return [task, (payload) => work(payload as Readonly<Record<string, string>>)];
    }),
  );
}

function reportEngine(options: JobRunnerOptions, error: unknown): void {
  options.onError(storeError(error), { task: 'engine', attempts: 0, final: false });
}
