import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Label } from '@counterfoil/core';
import fc from 'fast-check';
import { joinLabels, labelOfField } from './label.ts';

const origin = { scopes: ['111122223333'], sources: ['obs-1'] };
const label: fc.Arbitrary<Label> = fc.record({
  integrity: fc.constantFrom(0 as const, 1 as const, 2 as const),
  confidentiality: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  scopes: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
  sources: fc.uniqueArray(fc.constantFrom('x', 'y')),
});

test('a field that the table does not name is untrusted, also under the names that every object has', () => {
  const table = { state: { integrity: 2, confidentiality: 0 } } as const;
  assert.equal(labelOfField(table, 'state', origin).integrity, 2);
  for (const field of ['State', 'name', '__proto__', 'constructor', 'hasOwnProperty', '']) {
    assert.deepEqual(labelOfField(table, field, origin), {
      integrity: 0,
      confidentiality: 1,
      ...origin,
    });
  }
  assert.equal(labelOfField(undefined, 'state', origin).integrity, 0);
});

test('a join is never more trusted, less confidential or narrower than what it is made of, in any order', () => {
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
      const joined = joinLabels(labels);
      for (const one of labels) {
        assert.ok(joined.integrity <= one.integrity);
        assert.ok(joined.confidentiality >= one.confidentiality);
        assert.ok(one.scopes.every((scope) => joined.scopes.includes(scope)));
        assert.ok(one.sources.every((source) => joined.sources.includes(source)));
      }
      assert.deepEqual(joinLabels(labels.toReversed()), joined);
      assert.deepEqual(joinLabels([joined, joined]), joined);
    }),
  );
});
