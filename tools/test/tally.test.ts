import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTallies, exitCodeOf, renderTally } from './tally.ts';

const tally = (passed: number, failed: number, skipped: number) => ({ passed, failed, skipped });

test('the last line is in the form that machines read', () => {
  assert.equal(
    renderTally(addTallies(tally(1, 0, 2), tally(2, 0, 0))),
    '3 passed, 0 failed, 2 skipped',
  );
});

test('a skip is allowed on a laptop and fails in CI', () => {
  assert.equal(exitCodeOf(tally(5, 0, 1), { skips: 'allowed' }), 0);
  assert.equal(exitCodeOf(tally(5, 0, 1), { skips: 'fail' }), 1);
  assert.equal(exitCodeOf(tally(5, 0, 0), { skips: 'fail' }), 0);
});

test('a failure fails, and so does a run in which nothing passed', () => {
  assert.equal(exitCodeOf(tally(5, 1, 0), { skips: 'allowed' }), 1);
  assert.equal(exitCodeOf(tally(0, 0, 0), { skips: 'allowed' }), 1);
});
