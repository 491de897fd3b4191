import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { exportLeaves } from '../log/export-leaves.ts';
import { intended, sampleReview, sampleSignal } from '../testing/samples.ts';
import { openScenario, type Scenario } from '../testing/scenario.ts';

describe('stores', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await openScenario();
  });
  after(() => scenario.close());

  const asAdmin = async <Row extends object>(sql: string): Promise<Row[]> => {
    const client = new Client({ connectionString: scenario.database.adminUrl });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const leavesOf = (kind: string) =>
    asAdmin<{ case_id: string | null; entry_text: string; payload_text: string | null }>(
      `select * from counterfoil.log_leaf where kind = '${kind}' order by leaf_id`,
    );

  it('skips signals that are known, and enqueues the triage of the others once', async () => {
    const { cf_lake: lake, cf_agent: agent } = scenario.as;
    const [a, b, c] = ['sig-a', 'sig-b', 'sig-c'].map((id) => sampleSignal(id));
    assert.ok(a && b && c);
    assert.deepEqual(await lake.signals.write([a, b]), { added: 2, known: 0 });
    assert.deepEqual(await lake.signals.write([b, c, c]), { added: 1, known: 2 });
    assert.deepEqual(await lake.signals.write([]), { added: 0, known: 0 });
    assert.deepEqual(await agent.signals.read('sig-a'), a);
    assert.equal(await agent.signals.read('sig-none'), null);
    const jobs = await asAdmin<{ key: string }>(
      'select key from jobs_agent._private_jobs order by key',
    );
    assert.deepEqual(
      jobs.map(({ key }) => key),
      ['triage:sig-a', 'triage:sig-b', 'triage:sig-c'],
    );
    assert.equal((await leavesOf('signal_received')).length, 3);
    assert.equal(await agent.signals.pendingCount(), 3);
  });

  it('keeps money exact in the database', async () => {
    const rows = await asAdmin<{ total: string }>(
      "select sum(impact_per_day)::text as total from counterfoil.signal where signal_id in ('sig-a', 'sig-b')",
    );
    assert.equal(rows[0]?.total, '800.999999999999999998');
  });

  it('refuses a signal without accounts, naming the field', async () => {
    const signal = sampleSignal('sig-open', { scopeAccounts: [] });
    await assert.rejects(scenario.as.cf_lake.signals.write([signal]), {
      code: 'SIGNAL_SCOPE_EMPTY',
      message: /scopeAccounts/,
    });
  });

  it('dismisses a signal once, with its reason, and logs it once', async () => {
    const { cf_agent: agent, cf_server: server } = scenario.as;
    const signal = sampleSignal('sig-a');
    await agent.signals.dismiss(signal, 'below_threshold', 'small');
    await agent.signals.dismiss(signal, 'duplicate', 'again');
    const { items, next } = await server.signals.dismissed({ limit: 5 });
    assert.deepEqual(
      items.map(({ signal: { signalId }, reason, note }) => [signalId, reason, note]),
      [['sig-a', 'below_threshold', 'small']],
    );
    assert.equal(next, null);
    assert.equal((await leavesOf('signal_dismissed')).length, 1);
    assert.equal(await server.signals.pendingCount(), 2);
  });

  it('keeps reports of ingests, newest first', async () => {
    const { cf_lake: lake, cf_server: server } = scenario.as;
    await lake.signals.recordIngest({ dataVersion: 'v1', rows: 10 });
    await lake.signals.recordIngest({ dataVersion: 'v2', rows: 20 });
    const first = await server.signals.ingests({ limit: 1 });
    assert.deepEqual(first.items[0]?.report, { dataVersion: 'v2', rows: 20 });
    assert.ok(first.next);
    const second = await server.signals.ingests({ limit: 1, after: first.next });
    assert.deepEqual(second.items[0]?.report, { dataVersion: 'v1', rows: 10 });
    assert.equal(second.next, null);
  });

  it('records a review once however often it is sent, logs it under its case and wakes the executor', async () => {
    const { cf_server: server, cf_operator: operator, cf_executor: executor } = scenario.as;
    const [digest] = await scenario.propose('case-review', ['review']);
    assert.ok(digest);
    const review = sampleReview(digest);
    const first = await server.reviews.submit(review);
    const { statement, signature, type } = review as Extract<typeof review, { type: 'ed25519' }>;
    const reordered = { signature, type, statement: { ...statement } };
    assert.deepEqual(await operator.reviews.submit(reordered), first);
    const many = await Promise.all(
      Array.from({ length: 6 }, () =>
        server.reviews.submit(sampleReview(digest, { personId: 'bo' })),
      ),
    );
    assert.equal(new Set(many.map(({ leafId }) => leafId)).size, 1);
    const recorded = await executor.reviews.read(digest);
    assert.deepEqual(
      recorded.map((each) => each.review.statement.personId),
      ['ada', 'bo'],
    );
    assert.deepEqual(recorded[0], { review, ...first });
    const leaves = await leavesOf('review_submitted');
    assert.equal(leaves.length, 2);
    assert.ok(leaves.every((leaf) => leaf.case_id === 'case-review'));
    assert.deepEqual(JSON.parse(leaves[0]?.payload_text ?? ''), review);
    const jobs = await asAdmin<{ payload: object }>(
      `select payload from jobs_executor._private_jobs where key = 'resolve:review:${digest}'`,
    );
    assert.deepEqual(jobs, [{ payload: { caseId: 'case-review', digest } }]);
  });

  it('refuses a review of a digest that nobody proposed', async () => {
    const review = sampleReview(`sha256:${'0'.repeat(64)}`);
    await assert.rejects(scenario.as.cf_server.reviews.submit(review), { code: 'DIGEST_UNKNOWN' });
    assert.equal((await leavesOf('review_submitted')).length, 2);
  });

  it('logs a review that does not hold', async () => {
    const [digest] = await scenario.propose('case-refused', ['refused']);
    assert.ok(digest);
    await scenario.as.cf_executor.reviews.refuse(digest, 'SIGNATURE_INVALID', 'bad signature');
    const [leaf] = await leavesOf('review_refused');
    assert.equal(leaf?.case_id, 'case-refused');
    assert.deepEqual(JSON.parse(leaf.entry_text).facts, { digest, code: 'SIGNATURE_INVALID' });
  });

  it('keeps enrolments exactly as submitted, each once', async () => {
    const { cf_server: server, cf_executor: executor } = scenario.as;
    const enrolment = { statement: { personId: 'ada', keys: ['k'] }, signature: 'x' };
    await server.enrolments.submit(enrolment);
    await server.enrolments.submit({ signature: 'x', statement: enrolment.statement });
    await server.enrolments.submit({ ...enrolment, signature: 'y' });
    const listed = await executor.enrolments.list();
    assert.deepEqual(
      listed.map((one) => one.enrolment),
      [enrolment, { ...enrolment, signature: 'y' }],
    );
    assert.ok(listed.every(({ recordedAtMs }) => Number.isFinite(recordedAtMs)));
    assert.equal((await leavesOf('approver_enrolled')).length, 2);
  });

  it('refuses an intent while a kill has no lift, from any process, and allows it afterwards', async () => {
    const { cf_executor: executor, cf_server: server, cf_log: log } = scenario.as;
    const [digest] = await scenario.propose('case-kill', ['kill']);
    assert.ok(digest);
    const step = {
      caseId: 'case-kill',
      versionExpected: 2,
      events: [intended(digest, 'kill-key')],
      jobs: [],
    } as const;
    const first = await log.kills.engage('from the log');
    const second = await server.kills.engage('from the server');
    await assert.rejects(executor.cases.commit(step), { code: 'KILL_ENGAGED' });
    await server.kills.lift(first.killId, { signed: 'first' });
    await assert.rejects(executor.cases.commit(step), { code: 'KILL_ENGAGED' });
    await server.kills.lift(second.killId, { signed: 'wrong' });
    await server.kills.lift(second.killId, { signed: 'second' });
    assert.deepEqual(await executor.kills.read(), [
      { kill: first, lift: { signed: 'first' } },
      { kill: second, lift: { signed: 'second' } },
    ]);
    assert.equal((await executor.cases.commit(step)).type, 'committed');
    await assert.rejects(server.kills.lift('kill_none', {}), { code: 'KILL_UNKNOWN' });
    assert.equal((await leavesOf('kill_engaged')).length, 2);
    assert.equal((await leavesOf('kill_lifted')).length, 3);
  });

  it('counts a kill that comes between an intent and its commit', async () => {
    const [digest] = await scenario.propose('case-between', ['between']);
    const client = new Client({ connectionString: scenario.database.urls.cf_executor });
    await client.connect();
    await client.query('begin');
    await client.query(
      "insert into counterfoil.effect_intent values ($1, 'case-between', 'between-key', now())",
      [digest],
    );
    const { killId } = await scenario.as.cf_server.kills.engage('just in time');
    await assert.rejects(client.query('commit'), { code: 'CF001' });
    await client.end();
    await scenario.as.cf_server.kills.lift(killId, { signed: true });
  });

  it('gives leaves indexes in order without a gap, also to two integrators at once', async () => {
    const { cf_log: log, cf_server: server } = scenario.as;
    const isAny = () => true;
    const batches = await Promise.all([
      log.log.assign(7, isAny),
      log.log.assign(7, isAny),
      log.log.assign(1_000, isAny),
    ]);
    const assigned = batches.flat();
    const indexes = assigned.map(({ index }) => index).toSorted((x, y) => x - y);
    assert.deepEqual(indexes, [...indexes.keys()]);
    assert.deepEqual(await log.log.assign(10, isAny), []);
    const size = indexes.length;
    assert.ok(size > 14);
    const range = await log.log.range(2, 5);
    assert.deepEqual(
      range.map(({ index }) => index),
      [2, 3, 4],
    );
    const exported: string[] = [];
    for await (const leaf of exportLeaves(server, size)) exported.push(leaf.entryText);
    assert.deepEqual(
      exported,
      assigned.toSorted((x, y) => x.index - y.index).map(({ entryText }) => entryText),
    );
    await assert.rejects(
      async () => {
        for await (const leaf of exportLeaves(server, size + 1)) void leaf;
      },
      { code: 'LEAF_MISSING' },
    );
    const newest = await server.log.entries({ fromIndex: size, limit: 2, order: 'descending' });
    assert.deepEqual(
      newest.map(({ index }) => index),
      [size - 1, size - 2],
    );
    const ofCase = await server.log.entries({
      fromIndex: 0,
      limit: 100,
      order: 'ascending',
      caseId: 'case-kill',
    });
    assert.deepEqual(
      ofCase.map(({ entryText }) => JSON.parse(entryText).kind),
      ['case_opened', 'proposal_made', 'effect_intended'],
    );
  });

  it('publishes checkpoints, of which the largest and newest counts', async () => {
    const { cf_log: log, cf_agent: agent } = scenario.as;
    assert.equal(await agent.log.checkpoint(), null);
    await log.log.publish({ size: 3, rootHash: 'r3', checkpointText: 'unwitnessed' });
    await log.log.publish({ size: 3, rootHash: 'r3', checkpointText: 'witnessed' });
    assert.deepEqual(await agent.log.checkpoint(), { size: 3, checkpointText: 'witnessed' });
    await assert.rejects(log.log.publish({ size: 2, rootHash: 'r2', checkpointText: 'smaller' }), {
      code: 'STORE_REFUSED',
    });
  });

  it('wakes subscribers, also after PostgreSQL was killed and started again', async () => {
    const { cf_server: server, cf_log: log } = scenario.as;
    const heard: string[] = [];
    const unsubscribe = await log.changes.subscribe('kill', (payload) => heard.push(payload));
    await log.changes.subscribe('leaf', () => heard.push('leaf'));
    const { killId } = await server.kills.engage('wake');
    await until(() => heard.includes(killId) && heard.includes('leaf'));
    heard.length = 0;
    process.kill(scenario.database.server.pid, 'SIGKILL');
    await scenario.database.restartServer();
    await until(() => heard.includes(''));
    const again = await server.kills.engage('wake again');
    await until(() => heard.includes(again.killId));
    await unsubscribe();
    heard.length = 0;
    const last = await server.kills.engage('unheard');
    await until(() => heard.includes('leaf'));
    assert.ok(!heard.includes(last.killId));
  });
});

async function until(condition: () => boolean, timeoutMs = 8_000): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!condition()) {
    assert.ok(Date.now() < deadlineMs, 'waited in vain');
    await sleep(10);
  }
}
