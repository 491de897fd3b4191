import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFields, readPattern, readText } from './fields.ts';

const code = (expected: string) => ({ code: expected, class: 'input' });
const bounds = { charactersMax: 5, lines: 'one' } as const;

test('fields are read when exactly the named ones are there', () => {
  assert.deepEqual(readFields({ a: 1, b: 2 }, ['a', 'b']), { a: 1, b: 2 });
});

test('an unknown field, a missing field and anything but an object are refused', () => {
  assert.throws(() => readFields({ a: 1, c: 2 }, ['a']), code('FIELD_UNKNOWN'));
  assert.throws(() => readFields({}, ['a']), code('FIELD_MISSING'));
  for (const value of [null, [], 'a', 1, undefined]) {
    assert.throws(() => readFields(value, ['a']), code('PARAMETERS_MALFORMED'));
  }
});

test('a text of the longest length passes and one character more does not', () => {
  assert.equal(readText('text', 'äbc😀e', bounds), 'äbc😀e');
  assert.throws(() => readText('text', 'abcdef', bounds), code('FIELD_TOO_LONG'));
});

test('an empty text and anything but a text are refused', () => {
  for (const value of ['', '  ', 7, null]) {
    assert.throws(() => readText('text', value, bounds), code('FIELD_MALFORMED'));
  }
});

test('what people cannot see is refused, and a newline only where lines are many', () => {
  for (const hidden of ['\u202e', '\u200b', '\u0007', '\ud800', '\u{e0041}', '\u2028', '\r']) {
    assert.throws(() => readText('text', `a${hidden}`, bounds), code('TEXT_INVISIBLE'));
  }
  assert.throws(() => readText('text', 'a\nb', bounds), code('TEXT_INVISIBLE'));
  assert.equal(readText('text', 'a\nb', { ...bounds, lines: 'many' }), 'a\nb');
});

test('a text must have its form', () => {
  const form = { pattern: /^[A-Z]+$/, remedy: 'capitals' };
  assert.equal(readPattern('key', 'ABC', form), 'ABC');
  assert.throws(() => readPattern('key', 'abc', form), code('FIELD_MALFORMED'));
  assert.throws(() => readPattern('key', 7, form), code('FIELD_MALFORMED'));
});
