import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionBinding, ChangeStatus } from '@counterfoil/core';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
import { createTestFlow } from '../testing/test-flow.ts';

const STOP = 'aws.ec2.stop_instances';

/** A flow whose proposals stand under a change record, in a place that demands one. */
function flowUnder(changeId: string | null) {
  const told: (string | null)[] = [];
  const world: { status: ChangeStatus } = { status: 'valid' };
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    changeIdOf: async (account, kind) =>
      account === '111122223333' && kind === STOP ? changeId : null,
    sources: {
      changeRequiredIn: ['sandbox'],
      async changeStatusOf(binding: ActionBinding) {
        if (binding.kind === STOP) told.push(binding.changeId);
        return binding.changeId === null ? 'absent' : world.status;
      },
    },
  });
  const stop = () => {
    const found = flow.state().actions.find((one) => one.action.binding.kind === STOP);
    return found ?? assert.fail('no stop was proposed');
  };
  return { flow, told, world, stop };
}

test('a change is proposed under the attached record, and its id is under the approval', async () => {
  const { flow, told, stop } = flowUnder('CHG0000001');
  await flow.start();
  const { action, status } = stop();
  assert.equal(action.binding.changeId, 'CHG0000001');
  assert.equal(status, 'awaiting_approval');
  const message = flow.state().actions.find((one) => one.action.binding.account === '-');
  assert.equal(message?.action.binding.changeId, null, 'a message is no change');
  flow.review(action.digest);
  await flow.runUntil(flow.clock.nowMs() + 600_000);
  assert.equal(stop().status, 'confirmed');
  assert.ok(told.length >= 2, 'asked before people are, and again before the grant');
});

test('a record that is over by the time of the grant stops what was approved under it', async () => {
  const { flow, world, stop } = flowUnder('CHG0000001');
  await flow.start();
  flow.review(stop().action.digest);
  world.status = 'invalid';
  await flow.runUntil(flow.clock.nowMs() + 600_000);
  assert.equal(stop().status, 'refused');
  assert.equal(flow.world.effects.filter(({ kind }) => kind === STOP).length, 0);
});

test('where a record is demanded nobody is even asked without one', async () => {
  const { flow, stop } = flowUnder(null);
  await flow.start();
  assert.equal(stop().action.binding.changeId, null);
  assert.equal(stop().status, 'refused');
});
