import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  absoluteDecimal,
  compareDecimal,
  decimalUnits,
  formatMoney,
  roundDecimal,
  sumDecimals,
} from './money.ts';

test('decimals are compared exactly where doubles would agree', () => {
  assert.equal(compareDecimal('0.100000000000000001', '0.1'), 1);
  assert.equal(compareDecimal('-0.1', '0.1'), -1);
  assert.equal(compareDecimal('1.50', '1.5'), 0);
});

test('rounding goes half away from zero on both sides of the boundary', () => {
  assert.equal(roundDecimal('2.345', 2), '2.35');
  assert.equal(roundDecimal('2.344999999999999999', 2), '2.34');
  assert.equal(roundDecimal('-2.345', 2), '-2.35');
  assert.equal(roundDecimal('-0.001', 2), '0.00');
  assert.equal(roundDecimal('1999.5', 0), '2000');
});

test('text that is not a plain decimal is refused with the remedy', () => {
  for (const text of ['', '1e3', '1,000', '.5', '5.', 'NaN', '--1', '１', ' 1']) {
    assert.throws(() => decimalUnits(text), { code: 'DECIMAL_MALFORMED' }, text);
  }
});

test('twenty whole digits and eighteen fraction digits fit, one more does not', () => {
  assert.equal(decimalUnits(`${'9'.repeat(20)}.${'9'.repeat(18)}`), BigInt('9'.repeat(38)));
  assert.throws(() => decimalUnits('9'.repeat(21)));
  assert.throws(() => decimalUnits(`0.${'1'.repeat(19)}`));
});

test('money for people groups thousands and keeps two digits', () => {
  assert.equal(formatMoney({ amount: '1234567.891', currency: 'USD' }), '1,234,567.89 USD');
  assert.equal(formatMoney({ amount: '-999.5', currency: 'EUR' }), '-999.50 EUR');
  assert.equal(absoluteDecimal('-3.20'), '3.20');
});

test('comparison agrees with integers of the smallest unit', () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
  const text = (value: number) =>
    `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      assert.equal(compareDecimal(text(a), text(b)), Math.sign(a - b));
    }),
  );
});

test('a sum is exact where floating point is not, and has no trailing zeros', () => {
  assert.equal(sumDecimals(['0.1', '0.2']), '0.3');
  assert.equal(
    sumDecimals(['12345678901234567890.000000000000000001', '-0.5', '0.500000']),
    '12345678901234567890.000000000000000001',
  );
  assert.equal(sumDecimals(['-1.25', '0.25']), '-1');
  assert.equal(sumDecimals(['-0.3', '0.1']), '-0.2');
  assert.equal(sumDecimals([]), '0');
});
