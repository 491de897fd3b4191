import assert from 'node:assert/strict';
import { test } from 'node:test';
import { centsOf } from './cents.ts';

test('a fraction of a cent counts as one, and a saving as much as a cost', () => {
  const cents = ['0', '0.000000000000000001', '0.01', '0.010000000000000001', '-12.340', '5000'];
  assert.deepEqual(cents.map(centsOf), [0, 1, 1, 2, 1234, 500_000]);
});

test('an amount beyond what a number holds exactly is the largest one, never a small one', () => {
  assert.equal(centsOf('90071992547409.91'), Number.MAX_SAFE_INTEGER);
  assert.equal(centsOf('90071992547409.92'), Number.MAX_SAFE_INTEGER);
  assert.equal(centsOf('90071992547409.90'), Number.MAX_SAFE_INTEGER - 1);
  assert.throws(() => centsOf('1e9'), { code: 'DECIMAL_MALFORMED' });
});
