import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, type CaseState } from '@counterfoil/core';
import { FORGOTTEN_GPU, INCIDENTS } from './testing/incidents.ts';
import { createTestFlow } from './testing/test-flow.ts';

const statuses = (state: CaseState) =>
  state.actions.map((one) => `${one.action.binding.kind}:${one.status}`);

for (const incident of INCIDENTS) {
  test(`explains ${incident.causeId} and asks people`, async () => {
    const flow = createTestFlow({ incident });
    const state = await flow.start();
    assert.equal(state.conclusion?.causeId, incident.causeId);
    assert.deepEqual(state.conclusion?.completeness.gaps, []);
    assert.equal(state.status, 'awaiting_approval');
    assert.equal(flow.world.effects.length, 0);
    assert.deepEqual(flow.errors, []);
    const kinds = state.actions.map((one) => one.action.binding.kind);
    const stops = kinds.includes('aws.ec2.stop_instances');
    assert.equal(stops, incident === FORGOTTEN_GPU);
  });
}

test('approved actions take effect once and are verified, and the journal folds to the state', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const asked = await flow.start();
  for (const { action } of asked.actions) flow.review(action.digest);
  await flow.runUntil(flow.clock.nowMs() + 3_600_000);
  const state = flow.state();
  assert.deepEqual(flow.errors, []);
  assert.deepEqual(statuses(state), [
    'slack.post_message:confirmed',
    'jira.create_issue:confirmed',
    'aws.ec2.stop_instances:confirmed',
  ]);
  assert.equal(state.status, 'closed');
  assert.equal(flow.world.effects.length, 3);
  assert.ok([...flow.world.instances.values()].every((one) => one.state === 'stopped'));
  assert.deepEqual(fold(state.caseId, flow.store.journal(state.caseId)), state);
});
