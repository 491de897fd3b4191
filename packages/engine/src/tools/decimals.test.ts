import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perCount, ratioOf, shown, sumUnits, unitPrice, unitsToText } from './decimals.ts';

test('sums what a float would not', () => {
  assert.equal(unitsToText(sumUnits(['0.1', '0.2', null])), '0.300000');
  assert.equal(unitsToText(sumUnits(['-0.0000005'])), '-0.000001');
  assert.equal(unitsToText(sumUnits(['-0.0000004'])), '0.000000');
});

test('divides without a float, and by nothing answers nothing', () => {
  assert.equal(unitsToText(perCount(sumUnits(['10']), 4)), '2.500000');
  assert.equal(perCount(sumUnits(['10']), 0), 0n);
  assert.equal(ratioOf(sumUnits(['1']), sumUnits(['3'])), 0.3333);
  assert.equal(ratioOf(1n, 0n), null);
  assert.equal(unitsToText(unitPrice(sumUnits(['9']), sumUnits(['100'])) ?? 0n), '0.090000');
  assert.equal(unitPrice(1n, 0n), null);
});

test('shows two digits', () => {
  assert.equal(shown(sumUnits(['1234.567'])), '1234.57');
});
