import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeBase64,
  decodeBase64url,
  encodeBase64,
  encodeBase64url,
  sha256Hex,
} from './encoding.ts';

const refused = { code: 'ENCODING_NOT_CANONICAL' };

test('one value has one base64url spelling', () => {
  assert.equal(encodeBase64url(Uint8Array.of(0xfb, 0xff)), '-_8');
  assert.deepEqual([...decodeBase64url('-_8')], [0xfb, 0xff]);
  for (const text of ['+/8', '-_9', '-_8=', '-_ 8', '-_8\n', '-_']) {
    assert.throws(() => decodeBase64url(text), refused, text);
  }
});

test('one value has one base64 spelling', () => {
  assert.equal(encodeBase64(Uint8Array.of(0xfb, 0xff)), '+/8=');
  for (const text of ['-_8=', '+/8', '+/9=', '+/8==', ' +/8=']) {
    assert.throws(() => decodeBase64(text), refused, text);
  }
});

test('hashes the empty text as the standard says', () => {
  assert.match(sha256Hex(''), /^e3b0c44298fc1c149afbf4c8996fb924.{24}7852b855$/);
});
