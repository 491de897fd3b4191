import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf } from '@counterfoil/core';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
import { createTestFlow } from '../testing/test-flow.ts';

test('an effect that later reads do not see is recorded as not confirmed, after a bounded number of reads', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const state = await flow.start();
  const digest = state.actions[1]?.action.digest;
  assert.ok(digest);
  flow.world.hideEffects();
  flow.review(digest);
  await flow.runUntil(flow.clock.nowMs() + 3_600_000);
  const entry = actionOf(flow.state(), digest);
  assert.equal(entry?.status, 'not_confirmed');
  assert.equal(flow.world.verifications, 8);
});
