import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalText } from './canonical-json.ts';

test('members are sorted by code unit and nothing stands between them', () => {
  const value = { b: [1, 0.5, 1e-7], a: { '\u20ac': 'x', '\r': null, '1': true, '\ufb33': '' } };
  assert.equal(
    canonicalText(value),
    '{"a":{"\\r":null,"1":true,"\u20ac":"x","\ufb33":""},"b":[1,0.5,1e-7]}',
  );
});

test('control characters are escaped as RFC 8785 has it', () => {
  assert.equal(canonicalText('\u000f\n"\\'), '"\\u000f\\n\\"\\\\"');
});

test('what JSON cannot carry exactly is refused', () => {
  for (const value of [NaN, Infinity, -0, 2 ** 53, undefined, '\ud800', { a: undefined }]) {
    assert.throws(() => canonicalText(value), { code: 'NOT_CANONICAL' }, String(value));
  }
  assert.equal(canonicalText(2 ** 53 - 1), '9007199254740991');
});
