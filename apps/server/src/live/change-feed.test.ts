import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Changes } from '@counterfoil/store';
import { ChangeFeed, READERS_MAX } from './change-feed.ts';

function fakeChanges() {
  const listeners = new Map<string, (payload: string) => void>();
  const changes: Changes = {
    subscribe: (channel, onChange) => {
      listeners.set(channel, onChange);
      return Promise.resolve(() => {
        listeners.delete(channel);
        return Promise.resolve();
      });
    },
  };
  return { changes, listeners };
}

test('every reader hears of a change, and none after it left', async () => {
  const { changes, listeners } = fakeChanges();
  const feed = new ChangeFeed();
  await feed.start(changes);
  const heard: string[] = [];
  const leave = feed.join(({ payload }) => heard.push(`a ${payload}`));
  feed.join(({ payload }) => heard.push(`b ${payload}`));
  listeners.get('case')?.('1');
  leave?.();
  listeners.get('case')?.('2');
  assert.deepEqual(heard, ['a 1', 'b 1', 'b 2']);
  await feed.stop();
  assert.equal(listeners.size, 0);
});

test('the last reader of the limit is let in and the next is not, until one leaves', () => {
  const feed = new ChangeFeed();
  const joined = Array.from({ length: READERS_MAX }, () => feed.join(() => undefined));
  assert.ok(joined.every((leave) => leave !== null));
  assert.equal(
    feed.join(() => undefined),
    null,
  );
  joined[0]?.();
  assert.notEqual(
    feed.join(() => undefined),
    null,
  );
});
