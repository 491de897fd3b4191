import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPolicyBundle } from '@counterfoil/guard';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
import type { AnsweredQuestion } from '../execution/dependencies.ts';
import { makeSignal, readPolicyFile } from '../testing/test-data.ts';
import { createTestFlow } from '../testing/test-flow.ts';

test('an observer release is denied everything, and the case is closed', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU, autonomy: 'observe' });
  const state = await flow.start();
  assert.equal(state.status, 'closed');
  assert.ok(state.actions.every((one) => one.decision?.type === 'deny'));
  assert.equal(state.ending?.reason, '3 refused');
  assert.equal(flow.world.effects.length, 0);
});

test('production asks two people with passkeys, the sandbox one with a key', async () => {
  const requirementOf = async (environment: string) => {
    const state = await createTestFlow({ incident: FORGOTTEN_GPU, environment }).start();
    return state.actions[2]?.request?.requirement;
  };
  assert.deepEqual(await requirementOf('sandbox'), {
    roles: ['platform-approver'],
    quorum: 1,
    assurance: 'key',
  });
  assert.deepEqual(await requirementOf('production'), {
    roles: ['platform-approver'],
    quorum: 2,
    assurance: 'passkey',
  });
});

test('the proposer and the one it is proposed for are excluded, and the deadline is the binding’s', async () => {
  const state = await createTestFlow({ incident: FORGOTTEN_GPU }).start();
  for (const { request, action } of state.actions) {
    assert.deepEqual(request?.excluded, ['agent:r1', 'schedule:detect']);
    assert.equal(request.deadlineAt, action.binding.expiresAt);
  }
});

test('what policy allows by itself runs without people, once, through the same executor', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU, autonomy: 'autonomous' });
  const state = await flow.start();
  const stop = state.actions[2];
  assert.equal(stop?.decision?.type, 'allow');
  assert.equal(stop.status, 'confirmed');
  assert.deepEqual(stop.grant?.approvedBy, []);
  assert.equal(flow.world.effects.length, 1);
});

test('a freeze that holds now is told to the policies, and a cloud change is refused in it', async () => {
  const freeze = { name: 'all', timeZone: 'UTC', recurs: 'monthly', from: 1, to: 31 } as const;
  const sources = { calendar: { businessHours: null, freezes: [freeze] } };
  const state = await createTestFlow({ incident: FORGOTTEN_GPU, sources }).start();
  const decisions = state.actions.map((one) => one.decision);
  assert.deepEqual(
    decisions.map((decision) => decision?.type),
    ['require_approval', 'require_approval', 'deny'],
  );
  assert.deepEqual(decisions[2]?.policyIds, ['forbid-in-freeze-without-change']);
});

test('what was said about the data by the lake decides, and not what is read beside it', async () => {
  const dataQuality = { tagCoveragePercent: 95, conformant: 'yes', reconciled: 'no' } as const;
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const state = await flow.start(makeSignal({ dataQuality }));
  assert.deepEqual(state.actions[2]?.decision?.policyIds, [
    'forbid-cloud-change-on-unreconciled-data',
  ]);
});

test('a limit that others used up meanwhile refuses what people approved', async () => {
  let ofKindInAccount = 1;
  const recent = async () => ({ ofKindInAccount, ofKind: 1, ofClass: 1, amountCents: 1 });
  const sources = { use: { read: recent, reserve: recent } };
  const flow = createTestFlow({ incident: FORGOTTEN_GPU, sources });
  const asked = await flow.start();
  ofKindInAccount = 21;
  const stop = asked.actions[2];
  assert.ok(stop);
  flow.review(stop.action.digest);
  await flow.runDue();
  const refusal = flow.state().actions[2]?.refusal;
  assert.deepEqual(refusal, {
    code: 'POLICY_DENIED',
    reason: 'forbidden by limit-changes-of-kind-in-account-per-day',
  });
  assert.equal(flow.world.effects.length, 0);
});

test('the author of policies that are new approves nothing, and others still do', async () => {
  const untilMs = Date.parse('2099-01-01T00:00:00.000Z');
  const policies = { authors: [{ personId: 'ana', untilMs }] };
  const flow = createTestFlow({ incident: FORGOTTEN_GPU, policies });
  const { actions } = await flow.start();
  const digest = actions[2]?.action.digest;
  assert.ok(digest);
  flow.review(digest, 'approve', flow.approver);
  await flow.runDue();
  assert.equal(flow.state().actions[2]?.status, 'awaiting_approval');
  flow.review(digest, 'approve', flow.other);
  await flow.runDue();
  assert.equal(flow.state().actions[2]?.status, 'confirmed');
});

test('each question is told with its answer, and with that of a second bundle, which decides nothing', async () => {
  const shadow = loadPolicyBundle({
    'schema.cedarschema': readPolicyFile('schema.cedarschema'),
    'none.cedar': '@id("nothing") forbid(principal, action, resource);',
  });
  const told: AnsweredQuestion[] = [];
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    policies: { shadow },
    onAnswered: async (answered) => void told.push(answered),
  });
  const state = await flow.start();
  assert.equal(state.status, 'awaiting_approval');
  assert.deepEqual(
    told.map(({ digest }) => digest),
    state.actions.map(({ action }) => action.digest),
  );
  assert.equal(told[2]?.question.class, 'cloud');
  assert.equal(told[2].question.amountCents, 120_000, 'what the lake says, not the agent');
  const { digest, shadow: second } = told[2];
  assert.deepEqual(second, {
    digest,
    shadowSha256: shadow.sha256,
    policyBundleSha256: told[2].decision.policyBundleSha256,
    answered: 'require_approval 1 key of platform-approver: ask-for-reversible-cloud-change',
    shadowAnswered: 'deny: nothing',
  });
});
