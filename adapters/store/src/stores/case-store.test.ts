import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fold } from '@counterfoil/core';
import { intended, opened, requested, sampleProposal, sampleSignal } from '../testing/samples.ts';
import { openCase, openScenario, type Scenario } from '../testing/scenario.ts';

describe('cases', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await openScenario();
  });
  after(() => scenario.close());

  it('keeps journal, leaves and row of a step together, and folds back to the same state', async () => {
    const { cf_lake: lake, cf_agent: agent, cf_server: server } = scenario.as;
    const signal = sampleSignal('together');
    await lake.signals.write([signal]);
    const result = await agent.cases.commit({
      caseId: 'case-together',
      versionExpected: 0,
      events: [
        opened(signal),
        { type: 'proposal_made', proposal: sampleProposal('case-together', ['a']) },
      ],
      jobs: [],
    });
    assert.equal(result.type, 'committed');
    const state = await agent.cases.load('case-together');
    assert.deepEqual(state?.signal, signal);
    assert.equal(state.version, 2);
    const journal = await server.cases.journal('case-together');
    assert.deepEqual(fold('case-together', journal), state);
    assert.deepEqual(
      journal.map(({ sequence, actor, event }) => [sequence, actor, event.type]),
      [
        [1, 'cf_agent', 'case_opened'],
        [2, 'cf_agent', 'proposal_made'],
      ],
    );
    const leaves = await server.leaves.locate(result.leaves.map((leaf) => leaf.leafId));
    assert.deepEqual(
      leaves.map(({ entryText, index }) => [JSON.parse(entryText).kind, index]),
      [
        ['case_opened', null],
        ['proposal_made', null],
      ],
    );
    assert.match(journal[0]?.at ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('has no state and no case for what nobody opened', async () => {
    assert.equal(await scenario.as.cf_agent.cases.load('case-nowhere'), null);
    assert.equal(await scenario.as.cf_executor.cases.caseIdOf(`sha256:${'0'.repeat(64)}`), null);
  });

  it('lets exactly one of many steps on the same version through', async () => {
    const { cf_agent: agent } = scenario.as;
    await openCase(scenario.as, 'case-race', sampleSignal('race'));
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, attempt) =>
        agent.cases.commit({
          caseId: 'case-race',
          versionExpected: 1,
          events: [{ type: 'case_halted', code: 'TEST', reason: `attempt ${attempt}` }],
          jobs: [],
        }),
      ),
    );
    assert.equal(results.filter(({ type }) => type === 'committed').length, 1);
    assert.equal((await agent.cases.load('case-race'))?.version, 2);
  });

  it('refuses a step on a version before or after the current one', async () => {
    const { cf_agent: agent } = scenario.as;
    await openCase(scenario.as, 'case-version', sampleSignal('version'));
    for (const versionExpected of [0, 2]) {
      const result = await agent.cases.commit({
        caseId: 'case-version',
        versionExpected,
        events: [{ type: 'case_closed', reason: 'x' }],
        jobs: [],
      });
      assert.deepEqual(result, { type: 'conflict' });
    }
  });

  it('opens one case for a dedupe key, and another once the first is closed', async () => {
    const { cf_agent: agent } = scenario.as;
    const first = sampleSignal('dedupe-1', { dedupeKey: 'same' });
    const second = sampleSignal('dedupe-2', { dedupeKey: 'same' });
    await openCase(scenario.as, 'case-first', first);
    await scenario.as.cf_lake.signals.write([second]);
    const step = {
      caseId: 'case-second',
      versionExpected: 0,
      events: [opened(second)],
      jobs: [],
    } as const;
    assert.equal((await agent.cases.commit(step)).type, 'conflict');
    assert.equal(await agent.signals.caseOf('same'), 'case-first');
    await agent.cases.commit({
      caseId: 'case-first',
      versionExpected: 1,
      events: [{ type: 'case_closed', reason: 'done' }],
      jobs: [],
    });
    assert.equal(await agent.signals.caseOf('same'), null);
    assert.equal((await agent.cases.commit(step)).type, 'committed');
  });

  it('takes one intent for a digest, whatever the case version says', async () => {
    const { cf_executor: executor } = scenario.as;
    const [digest] = await scenario.propose('case-intent', ['intent']);
    assert.ok(digest);
    assert.equal(await executor.cases.caseIdOf(digest), 'case-intent');
    const commit = (versionExpected: number, key: string) =>
      executor.cases.commit({
        caseId: 'case-intent',
        versionExpected,
        events: [intended(digest, key)],
        jobs: [],
      });
    assert.equal((await commit(2, 'key-1')).type, 'committed');
    assert.equal((await commit(3, 'key-2')).type, 'conflict');
    assert.equal((await executor.cases.load('case-intent'))?.version, 3);
  });

  it('records nothing of a step whose job this role may not ask for', async () => {
    const { cf_agent: agent, cf_server: server } = scenario.as;
    await openCase(scenario.as, 'case-whole', sampleSignal('whole'));
    const step = agent.cases.commit({
      caseId: 'case-whole',
      versionExpected: 1,
      events: [{ type: 'case_closed', reason: 'x' }],
      jobs: [{ queue: 'executor', task: 'execute', payload: {}, key: 'k' }],
    });
    await assert.rejects(step, { code: 'STORE_REFUSED' });
    assert.equal((await server.cases.journal('case-whole')).length, 1);
  });

  it('lists cases newest first in pages without loss or repetition', async () => {
    const { cf_server: server } = scenario.as;
    const whole = await server.cases.list({ limit: 1_000 });
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const page = await server.cases.list({ limit: 2, ...(after === undefined ? {} : { after }) });
      paged.push(...page.items.map((item) => item.caseId));
      after = page.next ?? undefined;
    } while (after !== undefined);
    assert.deepEqual(
      paged,
      whole.items.map((item) => item.caseId),
    );
    assert.ok(paged.length > 3);
    const closed = await server.cases.list({ limit: 10, status: 'closed' });
    assert.ok(closed.items.every((item) => item.status === 'closed') && closed.items.length > 0);
    await assert.rejects(server.cases.list({ limit: 10, after: 'nonsense' }), {
      code: 'PAGE_AFTER',
    });
    await assert.rejects(server.cases.list({ limit: 0 }), { code: 'PAGE_LIMIT' });
  });

  it('shows an action to approvers once it was asked about, and finds it by eight digits', async () => {
    const { cf_executor: executor, cf_server: server } = scenario.as;
    const [digest] = await scenario.propose('case-approval', ['asked']);
    assert.ok(digest);
    assert.equal(await server.approvals.find(digest), null);
    const at = '2026-03-01T00:10:00.000Z';
    await executor.cases.commit({
      caseId: 'case-approval',
      versionExpected: 2,
      events: [requested(digest, 'case-approval', at)],
      jobs: [],
    });
    const hex = digest.slice('sha256:'.length);
    const found = await server.approvals.find(hex.slice(0, 8));
    assert.equal(found?.digest, digest);
    assert.equal(found.request.requestedAt, at);
    await assert.rejects(server.approvals.find(hex.slice(0, 7)), { code: 'DIGEST_MALFORMED' });
    const open = await server.approvals.list({ filter: 'open', limit: 10 });
    assert.deepEqual(
      open.items.map((item) => item.digest),
      [digest],
    );
    await executor.cases.commit({
      caseId: 'case-approval',
      versionExpected: 3,
      events: [{ type: 'approval_resolved', digest, resolution: { type: 'expired' } }],
      jobs: [],
    });
    assert.deepEqual((await server.approvals.list({ filter: 'open', limit: 10 })).items, []);
    assert.equal((await server.approvals.list({ filter: 'all', limit: 10 })).items.length, 1);
  });

  it('shows the lake the opening of a case, with its scope, and nothing after it', async () => {
    await scenario.propose('case-scope', ['scope']);
    const state = await scenario.as.cf_lake.cases.load('case-scope');
    assert.deepEqual(state?.signal.scopeAccounts, ['111111111111', '222222222222']);
    assert.equal((await scenario.as.cf_lake.cases.journal('case-scope')).length, 1);
  });
});
