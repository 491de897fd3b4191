/**
 * A program for tests: works one queue until it is killed. Says `start <key>` when a job begins and `done <key>` when it ends;
 * `HANG` as the first argument never ends a job. Arguments: mode, database URL, queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRunnerOptions } from '../contract.ts';
import { startJobs } from '../jobs/start-jobs.ts';

const [mode = '', databaseUrl = '', queue = ''] = process.argv.slice(2);

const handle = async (payload: Readonly<Record<string, string>>): Promise<void> => {
  process.stdout.write(`start ${payload['name'] ?? ''}\n`);
  while (mode === 'HANG') await sleep(1_000);
  process.stdout.write(`done ${payload['name'] ?? ''}\n`);
};

await startJobs({
  databaseUrl,
  queue: queue as JobRunnerOptions['queue'],
  handlers: { resolve: handle, gate: handle },
  concurrency: 2,
  onError: (error) => process.stdout.write(`error ${String(error)}\n`),
});
process.stdout.write('ready\n');
