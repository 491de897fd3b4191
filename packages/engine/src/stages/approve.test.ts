import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf } from '@counterfoil/core';
import { DATA_TRANSFER } from '../testing/incidents.ts';
import { createTestFlow } from '../testing/test-flow.ts';
import { createTestPerson } from '../testing/test-people.ts';

const DAY_MS = 24 * 3_600_000;

async function asked() {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  const state = await flow.start();
  const digest = state.actions[0]?.action.digest;
  assert.ok(digest);
  const statusNow = () => actionOf(flow.state(), digest)?.status;
  return { flow, digest, statusNow };
}

test('a denial ends it without an effect', async () => {
  const { flow, digest, statusNow } = await asked();
  flow.review(digest, 'deny');
  await flow.runDue();
  assert.equal(statusNow(), 'denied');
  assert.equal(flow.world.effects.length, 0);
});

test('at the deadline the answer is no, and the case is closed', async () => {
  const { flow, statusNow } = await asked();
  await flow.runUntil(flow.clock.nowMs() + DAY_MS - 3_600_001);
  assert.equal(statusNow(), 'awaiting_approval');
  await flow.runUntil(flow.clock.nowMs() + DAY_MS);
  assert.equal(statusNow(), 'expired');
  assert.equal(flow.state().status, 'closed');
  assert.equal(flow.world.effects.length, 0);
});

test('a review that comes too late does not count', async () => {
  const { flow, digest, statusNow } = await asked();
  flow.clock.advance(DAY_MS);
  flow.review(digest);
  await flow.runDue();
  assert.equal(statusNow(), 'expired');
});

test('a forged review is refused on the record once, however often the job runs', async () => {
  const { flow, digest, statusNow } = await asked();
  const stranger = createTestPerson('ana', ['finops-approver']);
  flow.review(digest, 'approve', stranger);
  await flow.runDue();
  await flow.testLog.publish(flow.store.log);
  await flow.handlers.resolve({ digest });
  assert.equal(statusNow(), 'awaiting_approval');
  assert.deepEqual(flow.store.refusals, [{ digest, code: 'KEY_UNKNOWN' }]);
  flow.review(digest);
  await flow.runDue();
  assert.equal(statusNow(), 'confirmed');
});

test('a review whose verdict was turned after signing is refused', async () => {
  const { flow, digest, statusNow } = await asked();
  const review = flow.approver.review(digest, 'deny', '2026-03-02T09:00:00.000Z');
  flow.store.submitReview({ ...review, statement: { ...review.statement, verdict: 'approve' } });
  await flow.runDue();
  assert.equal(statusNow(), 'awaiting_approval');
  assert.deepEqual(flow.store.refusals, [{ digest, code: 'SIGNATURE_INVALID' }]);
});

test('a person without the role does not count', async () => {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  const state = await flow.start();
  const digest = state.actions[0]?.action.digest;
  assert.ok(digest);
  flow.review(digest, 'approve', flow.visitor);
  await flow.runDue();
  assert.equal(actionOf(flow.state(), digest)?.status, 'awaiting_approval');
});

test('the second of two verdicts changes nothing', async () => {
  const { flow, digest, statusNow } = await asked();
  flow.review(digest, 'deny');
  await flow.runDue();
  flow.review(digest, 'approve', flow.other);
  await flow.runDue();
  assert.equal(statusNow(), 'denied');
});
