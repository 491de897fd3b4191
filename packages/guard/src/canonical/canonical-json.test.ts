import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { parseCanonicalJson, parseStrictJson } from './parse-json.ts';

const refused = { code: 'JSON_REFUSED' };

test('writes the example of RFC 8785 as the RFC does', () => {
  const value = {
    numbers: [333333333.33333329, 1e30 / 1e25, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"\/',
    literals: [null, true, false],
  };
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,100000,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('sorts members by UTF-16 code units, not by code points', () => {
  const value = {
    '\u20ac': 1,
    '\r': 2,
    '\ufb33': 3,
    '1': 4,
    '\u{1f600}': 5,
    '\u0080': 6,
    '\u00f6': 7,
  };
  const names = Object.keys(JSON.parse(canonicalJson(value)) as object);
  assert.deepEqual(names, ['1', '\r', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']);
});

test('refuses what JSON cannot carry without loss', () => {
  for (const value of [
    -0,
    Number.NaN,
    Infinity,
    2 ** 53,
    '\ud800',
    { '\udc00': 1 },
    undefined,
    [undefined],
    new Date(0),
    new Map(),
    1n,
    () => 1,
  ]) {
    assert.throws(() => canonicalJson(value), refused);
  }
});

test('takes 2^53 − 1 and 64 levels, and refuses the next', () => {
  assert.equal(canonicalJson(2 ** 53 - 1), '9007199254740991');
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  assert.match(canonicalJson(nested(64)), /^\[+1\]+$/);
  assert.throws(() => canonicalJson(nested(65)), refused);
});

test('a strict parse refuses what two readers could read differently', () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"b":1,"c":{},"b":2}}',
    '[{"a":[{"q":1,"q":1}]}]',
    '-0',
    '[-0.0]',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740992',
    '1e300',
    '"\\ud800"',
    '"e\u0301"',
    '{"e\u0301":1}',
    '"\\u0065\\u0301"',
    '1 2',
    '{}x',
    '[1,]',
    "{'a':1}",
    '',
    ' ',
    '\ufeff{}',
    'NaN',
    '01',
  ]) {
    assert.throws(() => parseStrictJson(text), refused, text);
  }
});

test('a strict parse takes the same names in different objects, and spaces', () => {
  assert.deepEqual(parseStrictJson(' {"a": [ {"a":1}, {"a" :2} ], "b":"a\\",:{}"} '), {
    a: [{ a: 1 }, { a: 2 }],
    b: 'a",:{}',
  });
});

test('a strict parse takes exactly 64 KiB', () => {
  const text = (bytes: number): string => `"${'a'.repeat(bytes - 2)}"`;
  assert.equal(parseStrictJson(text(65_536)), 'a'.repeat(65_534));
  assert.throws(() => parseStrictJson(text(65_537)), refused);
  assert.throws(() => parseStrictJson(`"${'é'.repeat(32_768)}"`), refused);
});

test('foreign text is taken outside NFC where it is asked for, and only there', () => {
  assert.equal(parseCanonicalJson('"e\u0301"', { strings: 'well_formed' }), 'e\u0301');
  assert.throws(() => parseCanonicalJson('"e\u0301"'), refused);
});

test('a canonical parse takes only the canonical text', () => {
  for (const text of [
    '{"b":1,"a":2}',
    '{ }',
    '1.0',
    '1e2',
    '"\\u0041"',
    '"\\/"',
    '{"a":1,"a":1}',
  ]) {
    assert.throws(() => parseCanonicalJson(text), refused, text);
  }
});

test('a name such as __proto__ is a name like any other', () => {
  const text = '{"__proto__":{"a":1},"constructor":2}';
  assert.equal(canonicalJson(parseCanonicalJson(text)), text);
});

test('whatever is written is read back the same, strictly and canonically', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      const value: unknown = JSON.parse(text);
      const integers = text.match(/-?\d+(?![\d.e])/g) ?? [];
      fc.pre(integers.every((integer) => Number.isSafeInteger(Number(integer))));
      fc.pre(!/-0\b(?!\.)/.test(text) && !/\d{17,}|e\+/.test(text));
      const canonical = canonicalJson(value);
      const strings = 'well_formed';
      assert.deepEqual(parseCanonicalJson(canonical, { strings }), value);
      assert.equal(canonicalJson(parseStrictJson(text, { strings })), canonical);
    }),
    { numRuns: 500 },
  );
});
