import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSALS_MAX, RefusalLimit } from './refusal-limit.ts';

test('so many refusals are logged in a minute and no more, until they are a minute old', () => {
  let nowMs = 1_000;
  const limit = new RefusalLimit({ nowMs: () => nowMs });
  for (let count = 0; count < REFUSALS_MAX; count += 1) assert.equal(limit.admit(), true);
  assert.equal(limit.admit(), false);
  nowMs += 59_999;
  assert.equal(limit.admit(), false);
  nowMs += 1;
  assert.equal(limit.admit(), true);
});
