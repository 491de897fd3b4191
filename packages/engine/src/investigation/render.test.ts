import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, render, slotNames } from './render.ts';

test('figures are inserted in their format', () => {
  const facts = {
    'anomaly.currency': 'EUR',
    'root.deltaPerDay': '1234.5',
    'root.share': 0.974,
    'quantity.perDayAfter': '7.129',
  };
  assert.equal(
    render('{root.deltaPerDay|money}, {root.share|percent}, {quantity.perDayAfter|number}', facts),
    '1,234.50 EUR, 97 %, 7.13',
  );
});

test('what is not known is said to be', () => {
  assert.equal(render('{root.usageType} {root.usageType|several}', {}), 'unknown several');
  assert.equal(render('{root.usageType|several}', { 'root.usageType': 'X' }), 'X');
});

test('an unknown format is an error, a value is never read as a slot', () => {
  assert.throws(() => render('{root.share|euros}', { 'root.share': 1 }), /unknown format/);
  assert.equal(render('{root.usageType}', { 'root.usageType': '{root.share}' }), '·root.share·');
});

test('a value becomes one short line without markup', () => {
  assert.equal(plain('a\nb <!channel> @here [x](y)'), 'a b ··channel· ·here ·x·(y)');
  assert.equal([...plain('x'.repeat(500))].length, 120);
});

test('slots are listed by name', () => {
  assert.deepEqual(slotNames('{a.b|money} and {c}'), ['a.b', 'c']);
});
