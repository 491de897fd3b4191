import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
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
