import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtractionSchema } from '@counterfoil/core';
import { bitsOf, endorse } from './endorse.ts';

const label = { integrity: 0, confidentiality: 2, scopes: ['1'], sources: ['obs-1'] } as const;
const bitsIn = (schema: ExtractionSchema, claim: unknown) => endorse(claim, schema, label)?.bits;

test('a member of the set is endorsed, never trusted, and keeps where it comes from', () => {
  const schema = { type: 'enum', values: ['sandbox', 'production'] } as const;
  assert.deepEqual(endorse('sandbox', schema, label), {
    value: 'sandbox',
    label: { ...label, integrity: 1 },
    bits: 1,
  });
  for (const claim of ['Sandbox', 'sandbox ', '', null, ['sandbox'], { value: 'sandbox' }]) {
    assert.equal(endorse(claim, schema, label), null);
  }
});

test('a number counts within its bounds, both included, and only as a whole number', () => {
  const schema = { type: 'integer', min: 1, max: 16 } as const;
  assert.equal(bitsIn(schema, 1), 4);
  assert.equal(bitsIn(schema, 16), 4);
  for (const claim of [0, 17, 1.5, '1', Number.NaN, 1n, null]) {
    assert.equal(endorse(claim, schema, label), null);
  }
});

test('a date counts where the day exists and lies between the two, both included', () => {
  const schema = { type: 'date', fromDate: '2026-02-01', toDate: '2026-02-28' } as const;
  assert.equal(bitsIn(schema, '2026-02-01'), 5);
  assert.equal(bitsIn(schema, '2026-02-28'), 5);
  for (const claim of ['2026-01-31', '2026-03-01', '2026-02-30', '2026-2-01', 20_260_201]) {
    assert.equal(endorse(claim, schema, label), null);
  }
});

test('an id counts where a read within the scope returned it', () => {
  const schema = { type: 'known_id', ids: ['i-1', 'i-2', 'i-2', 'i-3'] } as const;
  assert.equal(bitsIn(schema, 'i-2'), 2);
  assert.equal(endorse('i-4', schema, label), null);
});

test('a set without a member, or without an end, is refused', () => {
  const broken: readonly ExtractionSchema[] = [
    { type: 'integer', min: 2, max: 1 },
    { type: 'integer', min: 0, max: Number.POSITIVE_INFINITY },
    { type: 'integer', min: 0.5, max: 2 },
    { type: 'date', fromDate: '2026-02-30', toDate: '2026-03-01' },
    { type: 'known_id', ids: [] },
  ];
  for (const schema of broken) {
    assert.throws(() => endorse(1, schema, label), { code: 'EXTRACTION_UNBOUNDED' });
  }
});

test('one choice takes no bit, two take one, and one more than a power of two takes a whole bit more', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(bitsOf), [0, 0, 1, 2, 2, 3]);
});
