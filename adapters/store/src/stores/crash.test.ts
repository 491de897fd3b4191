import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fold } from '@counterfoil/core';
import { sql } from 'kysely';
import { Client } from 'pg';
import { openConnection } from '../connection/connection.ts';
import { sampleSignal } from '../testing/samples.ts';
import { openCase, openScenario, type Scenario } from '../testing/scenario.ts';

const COMMITTER = fileURLToPath(new URL('../testing/committer.ts', import.meta.url));

describe('a crash', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await openScenario();
  });
  after(() => scenario.close());

  const counts = async (caseId: string) => {
    const client = new Client({ connectionString: scenario.database.adminUrl });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, number>>(
        `select (select count(*)::int from counterfoil.case_event where case_id = $1) as events,
           (select count(*)::int from counterfoil.log_leaf where case_id = $1) as leaves,
           (select version from counterfoil.case_file where case_id = $1) as version,
           (select count(*)::int from jobs_executor._private_jobs) as jobs`,
        [caseId],
      );
      return rows[0] ?? {};
    } finally {
      await client.end();
    }
  };

  it('of PostgreSQL in the middle of commits loses no acknowledged one and leaves none in halves', async () => {
    const caseId = 'case-crash';
    await openCase(scenario.as, caseId, sampleSignal('crash'));
    let version = 1;
    let { pid } = scenario.database.server;
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [
        COMMITTER,
        scenario.database.urls.cf_executor,
        caseId,
        String(version),
      ]);
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      while ((output.match(/ack/g) ?? []).length < 5) await sleep(5);
      await sleep(37 * round);
      process.kill(pid, 'SIGKILL');
      child.kill('SIGKILL');
      await once(child, 'exit');
      ({ pid } = await scenario.database.restartServer());
      const acknowledged = Number(output.trim().split('\n').filter(isAck).at(-1)?.slice(4));
      const state = await scenario.as.cf_executor.cases.load(caseId);
      assert.ok(state && state.version >= acknowledged, `${state?.version} < ${acknowledged}`);
      assert.ok(state.version <= acknowledged + 1, 'at most the step in flight is ahead');
      version = state.version;
      assert.deepEqual(await counts(caseId), {
        events: version,
        leaves: version,
        version,
        jobs: version - 1,
      });
      assert.deepEqual(fold(caseId, await scenario.as.cf_server.cases.journal(caseId)), state);
    }
  });

  it('of PostgreSQL is waited out by reads and by new transactions', async () => {
    const { cf_agent: agent, cf_lake: lake } = scenario.as;
    await openCase(scenario.as, 'case-wait', sampleSignal('wait'));
    const { server } = scenario.database;
    const running = await scenario.database.restartServer();
    process.kill(running.pid, 'SIGKILL');
    await sleep(150);
    const reading = agent.cases.load('case-wait');
    const writing = lake.signals.write([sampleSignal('written-while-down')]);
    await sleep(300);
    await scenario.database.restartServer();
    assert.equal((await reading)?.version, 1);
    assert.deepEqual(await writing, { added: 1, known: 0 });
    assert.equal(server.port, running.port);
  });

  it('of the session in the middle of a transaction is STORE_UNAVAILABLE, and nothing of it stays', async () => {
    const connection = openConnection(scenario.database.urls.cf_lake, 'test');
    const cut = connection.write(async (transaction) => {
      await sql`insert into counterfoil.signal values
        ('cut', 'cut', 'cost_anomaly', 'v1', array['1'], now(), 1, 'USD', '{}', now())`.execute(
        transaction,
      );
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
        transaction,
      );
      await terminate(rows[0]?.pid ?? 0);
      await sql`select 1`.execute(transaction);
    });
    await assert.rejects(cut, { code: 'STORE_UNAVAILABLE' });
    assert.equal(await scenario.as.cf_lake.signals.read('cut'), null);
    await connection.close();
  });

  const terminate = async (pid: number): Promise<void> => {
    const client = new Client({ connectionString: scenario.database.adminUrl });
    await client.connect();
    await client.query('select pg_terminate_backend($1)', [pid]);
    await client.end();
  };
});

function isAck(line: string): boolean {
  return line.startsWith('ack ');
}
