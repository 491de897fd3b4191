import assert from 'node:assert/strict';
import { test as check } from 'node:test';
import { test } from './condition.ts';

check(
  'bounds include their own value and exclude the next one, as number and as decimal text',
  () => {
    const fact = 'quantity.ratio';
    const verdict = (value: number | string, bounds: object) =>
      test({ fact, ...bounds }, { [fact]: value });
    assert.equal(verdict(1.5, { min: 1.5 }), 'true');
    assert.equal(verdict(1.4999, { min: 1.5 }), 'false');
    assert.equal(verdict('1.500000', { min: 1.5 }), 'true');
    assert.equal(verdict('1.499999999999999999', { min: 1.5 }), 'false');
    assert.equal(verdict(2, { min: 1.5, max: 2 }), 'true');
    assert.equal(verdict('2.000001', { min: 1.5, max: 2 }), 'false');
  },
);

check('what is not known is neither true nor false', () => {
  const fact = 'root.usageType';
  for (const facts of [{}, { [fact]: null }]) {
    assert.equal(test({ fact, matches: 'x' }, facts), 'unknown');
    assert.equal(test({ fact, notMatches: 'x' }, facts), 'unknown');
  }
});

check('equals wants the same type, patterns match anywhere unless anchored', () => {
  const fact = 'resources.newCount';
  assert.equal(test({ fact, equals: 1 }, { [fact]: 1 }), 'true');
  assert.equal(test({ fact, equals: 1 }, { [fact]: '1' }), 'false');
  assert.equal(test({ fact, matches: 'b' }, { [fact]: 'abc' }), 'true');
  assert.equal(test({ fact, notMatches: '^b' }, { [fact]: 'abc' }), 'true');
  assert.equal(test({ fact, notMatches: 'b' }, { [fact]: 'abc' }), 'false');
});
