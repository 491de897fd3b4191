import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from './duration.ts';

const MINUTE_MS = 60_000;

test('a duration is told in the unit that matters', () => {
  assert.equal(formatDuration(MINUTE_MS - 1), 'less than a minute');
  assert.equal(formatDuration(MINUTE_MS), '1 min');
  assert.equal(formatDuration(60 * MINUTE_MS - 1), '59 min');
  assert.equal(formatDuration(60 * MINUTE_MS), '1 h 0 min');
  assert.equal(formatDuration(48 * 60 * MINUTE_MS - 1), '47 h 59 min');
  assert.equal(formatDuration(48 * 60 * MINUTE_MS), '2 days 0 h');
  assert.equal(formatDuration(72 * 60 * MINUTE_MS - 1), '2 days 23 h');
});

test('a time that passed is never negative', () => {
  assert.equal(formatDuration(-MINUTE_MS), 'less than a minute');
});
