import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDurationMs, parseDurationMs } from './duration.ts';

test('each unit has its length', () => {
  assert.deepEqual(
    ['5ms', '90s', '15m', '72h', '3d'].map(parseDurationMs),
    [5, 90_000, 900_000, 259_200_000, 259_200_000],
  );
});

test('text that is not a whole number and a unit is refused', () => {
  for (const text of ['', '15', 'm', '1.5h', '-1h', '1 h', '1w', '1234567s']) {
    assert.throws(() => parseDurationMs(text), { code: 'DURATION_MALFORMED' }, text);
  }
});

test('a duration is written in its largest whole unit and read back the same', () => {
  assert.deepEqual([259_200_000, 5_400_000, 90_000, 1_500].map(formatDurationMs), [
    '3d',
    '90m',
    '90s',
    '1500ms',
  ]);
  for (const ms of [0, 1, 999, 86_400_000]) assert.equal(parseDurationMs(formatDurationMs(ms)), ms);
});
