import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError, PermissionError, UpstreamError } from '@counterfoil/core';
import { startTemporaryWorld, type Fault } from '@counterfoil/simulator';
import { testActionContract } from '@counterfoil/testkit';
import { createIssuePerformer, createIssuePlanner, createJiraClient } from '../src/index.ts';

const SOURCE = 'AI-Generated | Requires Human Review';

async function subject() {
  const world = await startTemporaryWorld();
  const { ticket, access } = world.connections.jira;
  const perform = { searchWaitsMs: [0] };
  return {
    world,
    planner: createIssuePlanner(ticket),
    performer: createIssuePerformer(createJiraClient(access), perform),
    parameters: { ...ticket, source: SOURCE, summary: 'GPU <b> & dear', description: 'one\n\ntwo' },
    context: { account: '-', region: '-', scopeAccounts: [] },
    performing: {
      account: '-',
      region: '-',
      scopeAccounts: [],
      idempotencyKey: 'cf-0123456789abcdef',
      caseId: 'case_1',
    },
    outside: async () => (await world.inbox()).tickets,
    effects: async () => (await world.inbox()).tickets.length,
    close: () => world.close(),
  };
}

const createFault = (kind: Fault['kind']): Fault => ({
  service: 'jira',
  operation: 'POST /rest/api/3/issue',
  kind,
  delayMs: 0,
  times: 1,
});

testActionContract('create issue', subject);

test('the planner fills in what is configured and refuses anything else there', async () => {
  const open = await subject();
  try {
    const { summary, description } = open.parameters;
    assert.deepEqual(open.planner.parse({ summary, description }), open.parameters);
    for (const other of [
      { projectKey: 'OTHER' },
      { issueType: 'Bug' },
      { sourceField: 'customfield_1' },
      { source: 'Human' },
    ]) {
      assert.throws(() => open.planner.parse({ ...open.parameters, ...other }), InputError);
    }
    assert.throws(() => open.performer.parse({ ...open.parameters, source: 'Human' }), {
      code: 'SOURCE_REQUIRED',
    });
  } finally {
    await open.close();
  }
});

test('the ticket carries the mandatory source, in the field and as labels, and plain paragraphs', async () => {
  const open = await subject();
  try {
    await open.performer.execute(open.parameters, open.performing);
    const [ticket] = (await open.world.inbox()).tickets;
    assert.equal(ticket?.['source'], SOURCE);
    assert.deepEqual(ticket?.['labels'], [
      'counterfoil-cf-0123456789abcdef',
      'AI-Generated',
      'Requires-Human-Review',
    ]);
    assert.equal(ticket?.['description'], 'one\ntwo');
  } finally {
    await open.close();
  }
});

test('a summary of 255 characters passes, one more does not, nor does what people cannot see', async () => {
  const open = await subject();
  try {
    const longest = { ...open.parameters, summary: 'x'.repeat(255) };
    const created = await open.performer.execute(open.performer.parse(longest), open.performing);
    assert.equal(created.reference, 'FINOPS-1');
    for (const summary of ['x'.repeat(256), 'two\nlines', 'a\u2066b', '']) {
      assert.throws(() => open.planner.parse({ ...open.parameters, summary }), InputError);
    }
  } finally {
    await open.close();
  }
});

test('a lost answer is found again by its label', async () => {
  const open = await subject();
  try {
    await open.world.addFault(createFault('drop_after'));
    await assert.rejects(
      () => open.performer.execute(open.parameters, open.performing),
      UpstreamError,
    );
    const found = await open.performer.reconcile(open.parameters, open.performing);
    assert.equal(found.type === 'performed' && found.effect.reference, 'FINOPS-1');
    const other = { ...open.performing, idempotencyKey: 'cf-other' };
    assert.equal((await open.performer.reconcile(open.parameters, other)).type, 'not_performed');
    assert.equal(await open.effects(), 1);
  } finally {
    await open.close();
  }
});

test('throttling and failure are told apart from refusal, and the client repeats nothing', async () => {
  const open = await subject();
  try {
    for (const [kind, code] of [
      ['throttle', 'THROTTLED'],
      ['error', 'UNAVAILABLE'],
      ['drop_before', 'UNAVAILABLE'],
    ] as const) {
      await open.world.addFault(createFault(kind));
      await assert.rejects(() => open.performer.execute(open.parameters, open.performing), {
        code,
        class: 'upstream',
      });
    }
    assert.equal(await open.effects(), 0);
    await assert.rejects(
      () => open.performer.execute({ ...open.parameters, projectKey: 'OTHER' }, open.performing),
      (error) => error instanceof InputError && error.message.includes('fields project'),
    );
    const access = { ...open.world.connections.jira.access, apiToken: 'wrong' };
    const stranger = createIssuePerformer(createJiraClient(access));
    await assert.rejects(() => stranger.execute(open.parameters, open.performing), PermissionError);
  } finally {
    await open.close();
  }
});

test('a ticket whose text was changed is not confirmed', async () => {
  const open = await subject();
  try {
    const effect = await open.performer.execute(open.parameters, open.performing);
    const other = { ...open.parameters, summary: 'another' };
    const seen = await open.performer.verify(other, effect, open.performing);
    assert.equal(seen.status, 'not_confirmed');
  } finally {
    await open.close();
  }
});
