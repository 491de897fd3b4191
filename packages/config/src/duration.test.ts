import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs } from './duration.ts';

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
