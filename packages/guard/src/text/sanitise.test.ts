import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sanitiseText } from './sanitise.ts';

const clean = (text: string, lengthMax = 100) => sanitiseText(text, { lengthMax });

test('bidirectional, zero-width, tag and control characters vanish', () => {
  assert.equal(clean('ab\u202ec\u200bd\ufeff\u{e0041}\u0007e\u2066f'), 'abcdef');
});

test('look-alike forms are folded by NFKC', () => {
  assert.equal(clean('ﬁnance ｅｖｉｌ'), 'finance evil');
});

test('links are removed whatever their scheme', () => {
  assert.equal(clean('see https://evil.example/x?y=1 now'), 'see [link removed] now');
  assert.equal(clean('www.evil.example'), '[link removed]');
  assert.equal(clean('slack://open'), '[link removed]');
});

test('a text of exactly the limit stays whole and one more is cut', () => {
  assert.equal(clean('abcde', 5), 'abcde');
  assert.equal(clean('abcdef', 5), 'abcd…');
});

test('the result is stable, visible and never longer than asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const once = clean(text, 50);
      assert.ok([...once].length <= 50);
      assert.doesNotMatch(once, /[\u0000-\u0009\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
      assert.doesNotMatch(once, /:\/\//u);
    }),
  );
});
