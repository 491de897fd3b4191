import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withinTime } from './within-time.ts';

test('work that ends in time gives its result or its own error', async () => {
  assert.equal(await withinTime(60_000, 'it', async () => 7), 7);
  const failing = async () => Promise.reject(new TypeError('broken'));
  await assert.rejects(withinTime(60_000, 'it', failing), TypeError);
});

test('work that never ends is told to stop, and is an outside that failed', async () => {
  let told = false;
  const endless = (signal: AbortSignal) =>
    new Promise<never>(() => {
      signal.addEventListener('abort', () => (told = true));
    });
  await assert.rejects(withinTime(1, 'the tool', endless), { code: 'TIMEOUT' });
  assert.equal(told, true);
});
