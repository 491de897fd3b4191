import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Digest } from '@counterfoil/core';
import { openBindingHere } from './open-binding.ts';

const digestOf = (text: string): Digest =>
  `sha256:${createHash('sha256').update(`counterfoil-action-v1\n${text}`).digest('hex')}`;

test('bytes with their digest are opened', async () => {
  const text = '{"account":"1","kind":"x"}';
  assert.deepEqual(await openBindingHere(text, digestOf(text)), { account: '1', kind: 'x' });
});

test('one changed character is noticed', async () => {
  const digest = digestOf('{"account":"1"}');
  await assert.rejects(openBindingHere('{"account":"2"}', digest), { code: 'DIGEST_MISMATCH' });
});

test('bytes that hash right and mean two things are refused', async () => {
  for (const text of [
    '{"account":"1","account":"2"}',
    '{"b":1,"a":2}',
    '{"a": 1}',
    '{"a":1.0}',
    '{"a":"\\u0041"}',
  ]) {
    await assert.rejects(openBindingHere(text, digestOf(text)), { code: 'BINDING_AMBIGUOUS' });
  }
});
