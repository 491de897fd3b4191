import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { JobDraft } from '@counterfoil/core';
import type { JobHandler, JobRunner } from '../contract.ts';
import type { Role } from '../migrations/roles.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { openDeadLetters } from './dead-letters.ts';
import { startJobs } from './start-jobs.ts';

const WORKER = fileURLToPath(new URL('../testing/job-worker.ts', import.meta.url));

describe('jobs', () => {
  let database: TestDatabase;
  const runners: JobRunner[] = [];
  before(async () => {
    database = await createTestDatabase();
  });
  after(async () => {
    await database.close();
  });

  const enqueue = async (role: Role, ...jobs: JobDraft[]): Promise<void> => {
    const client = new Client({ connectionString: database.urls[role] });
    await client.connect();
    try {
      await client.query('select counterfoil.enqueue($1)', [JSON.stringify(jobs)]);
    } finally {
      await client.end();
    }
  };
  const asAdmin = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const start = async (handlers: Partial<Record<JobDraft['task'], JobHandler>>) => {
    const errors: { error: unknown; attempts: number; final: boolean }[] = [];
    const runner = await startJobs({
      databaseUrl: database.urls.cf_executor,
      queue: 'executor',
      handlers,
      concurrency: 2,
      onError: (error, job) => errors.push({ error, ...job }),
    });
    runners.push(runner);
    return { errors, stop: () => runner.stop() };
  };
  const resolveJob = (name: string, runAt?: string): JobDraft => ({
    queue: 'executor',
    task: 'resolve',
    payload: { name },
    key: name,
    ...(runAt === undefined ? {} : { runAt }),
  });

  it('starts new work within 50 ms (median of twenty)', async () => {
    const started = new Map<string, number>();
    const { stop } = await start({
      resolve: async ({ name = '' }) => void started.set(name, performance.now()),
    });
    await sleep(200);
    const client = new Client({ connectionString: database.urls.cf_executor });
    await client.connect();
    const latenciesMs: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const name = `latency-${round}`;
      const enqueuedAtMs = performance.now();
      await client.query('select counterfoil.enqueue($1)', [JSON.stringify([resolveJob(name)])]);
      while (!started.has(name)) await sleep(1);
      latenciesMs.push((started.get(name) ?? Infinity) - enqueuedAtMs);
    }
    await client.end();
    await stop();
    const median = latenciesMs.toSorted((a, b) => a - b)[10] ?? Infinity;
    assert.ok(median < 50, `median latency was ${median} ms`);
  });

  it('keeps one waiting job for a key, at the earlier of two times', async () => {
    const names: string[] = [];
    await enqueue('cf_executor', resolveJob('twice', '2999-01-01T00:00:00Z'));
    await enqueue('cf_executor', resolveJob('later', '2999-01-01T00:00:00Z'));
    await enqueue('cf_server', resolveJob('twice'));
    await enqueue('cf_executor', resolveJob('twice', '2999-01-01T00:00:00Z'));
    const { stop } = await start({ resolve: async ({ name = '' }) => void names.push(name) });
    await until(() => names.length > 0);
    await sleep(300);
    await stop();
    assert.deepEqual(names, ['twice']);
  });

  it('runs a job again that was enqueued while it ran', async () => {
    let runs = 0;
    await enqueue('cf_executor', resolveJob('again'));
    const { stop } = await start({
      resolve: async () => {
        runs += 1;
        if (runs === 1) await enqueue('cf_server', resolveJob('again'));
      },
    });
    await until(() => runs === 2);
    await stop();
  });

  it('never runs two jobs about the same thing at once, in whatever processes', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const handle = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await sleep(50);
      running -= 1;
      done += 1;
    };
    const handlers = { resolve: handle, execute: handle, verify: handle };
    const first = await start(handlers);
    const second = await start(handlers);
    const about = (task: JobDraft['task'], digest: string): JobDraft => ({
      queue: 'executor',
      task,
      payload: { digest },
      key: digest,
    });
    await enqueue(
      'cf_executor',
      about('resolve', 'd1'),
      about('execute', 'd1'),
      about('verify', 'd1'),
    );
    await until(() => done === 3);
    assert.equal(most, 1);
    await enqueue(
      'cf_executor',
      about('resolve', 'd2'),
      about('resolve', 'd3'),
      about('resolve', 'd4'),
    );
    await until(() => done === 6);
    assert.ok(most > 1, 'other things go on beside it');
    await first.stop();
    await second.stop();
  });

  it('waits for the time that a job asks for', async () => {
    let ranAtMs = 0;
    const dueAtMs = Date.now() + 1_500;
    const { stop } = await start({ resolve: async () => void (ranAtMs = Date.now()) });
    await enqueue('cf_executor', resolveJob('due', new Date(dueAtMs).toISOString()));
    await until(() => ranAtMs > 0);
    await stop();
    assert.ok(ranAtMs >= dueAtMs && ranAtMs < dueAtMs + 2_500, `${ranAtMs - dueAtMs} ms late`);
  });

  it('makes a job that fails eight times a dead letter, which the operator can run again', async () => {
    const { errors, stop } = await start({
      verify: async () => assert.fail('this always fails'),
    });
    await enqueue('cf_executor', {
      queue: 'executor',
      task: 'verify',
      payload: { name: 'doomed' },
      key: 'doomed',
    });
    const letters = openDeadLetters(database.urls.cf_operator);
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await until(() => errors.length === attempt);
      assert.equal(errors.at(-1)?.final, attempt === 8);
      if (attempt === 8) break;
      await until(async () => {
        const rows = await asAdmin(
          `update jobs_executor._private_jobs set run_at = now()
           where key = 'verify:doomed' and locked_at is null returning 1`,
        );
        return rows.length === 1;
      });
    }
    await until(async () => (await letters.list()).length === 1);
    const [letter] = await letters.list();
    assert.ok(letter);
    assert.deepEqual(
      [letter.task, letter.attempts, letter.payload],
      ['verify', 8, { name: 'doomed' }],
    );
    assert.match(letter.lastError, /always fails/);
    await letters.redrive('executor', letter.jobId);
    await until(() => errors.length === 9);
    assert.equal(errors.at(-1)?.attempts, 1);
    await assert.rejects(letters.redrive('executor', '999999'), { code: 'DEAD_LETTER_UNKNOWN' });
    await letters.close();
    await stop();
    await asAdmin(`delete from jobs_executor._private_jobs where key = 'verify:doomed'`);
  });

  it('gives a killed worker’s job to a running one in less than 10 s', async () => {
    const { child } = await killedInTheMiddle('takeover');
    const names: string[] = [];
    const { stop } = await start({ resolve: async ({ name = '' }) => void names.push(name) });
    await sleep(500);
    assert.deepEqual(names, [], 'a living worker keeps its job');
    child.kill('SIGKILL');
    const killedAtMs = Date.now();
    await until(() => names.length === 1, 10_000);
    assert.ok(Date.now() - killedAtMs < 10_000);
    await stop();
  });

  it('picks up its own job at once after a restart', async () => {
    const { child } = await killedInTheMiddle('restart');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const startedAtMs = Date.now();
    const { errors, stop } = await start({ resolve: async () => assert.fail('fails as well') });
    await until(() => errors.length === 1);
    assert.ok(Date.now() - startedAtMs < 2_000, `took ${Date.now() - startedAtMs} ms`);
    assert.equal(errors[0]?.attempts, 1, 'the death of its worker is no attempt of the job');
    await stop();
    await asAdmin(`delete from jobs_executor._private_jobs where key = 'resolve:restart'`);
  });

  it('goes on after PostgreSQL was killed and started again', async () => {
    const names: string[] = [];
    const { stop } = await start({ resolve: async ({ name = '' }) => void names.push(name) });
    await enqueue('cf_executor', resolveJob('before'));
    await until(() => names.includes('before'));
    process.kill(database.server.pid, 'SIGKILL');
    await database.restartServer();
    await enqueue('cf_executor', resolveJob('afterwards'));
    await until(() => names.includes('afterwards'), 15_000);
    await stop();
  });

  async function killedInTheMiddle(name: string): Promise<{ child: ChildProcess }> {
    const child = spawn(process.execPath, [WORKER, 'HANG', database.urls.cf_executor, 'executor']);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(() => output.includes('ready'), 15_000);
    await enqueue('cf_executor', resolveJob(name));
    await until(() => output.includes(`start ${name}`), 15_000);
    return { child };
  }
});

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 8_000) {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await condition())) {
    assert.ok(Date.now() < deadlineMs, 'waited in vain');
    await sleep(10);
  }
}
