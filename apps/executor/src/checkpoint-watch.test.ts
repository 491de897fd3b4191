import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchCheckpoints } from './checkpoint-watch.ts';

test('a checkpoint wakes who waits, also one that came before the waiting began', async () => {
  let tell = (): void => assert.fail('nobody subscribed');
  let subscribed = true;
  const { watch, stop } = await watchCheckpoints({
    subscribe: async (channel, onChange) => {
      assert.equal(channel, 'checkpoint');
      tell = () => onChange('');
      return async () => void (subscribed = false);
    },
  });
  const never = 1_000_000;
  const early = watch();
  tell();
  await early(never);
  const [one, two] = [watch()(never), watch()(never)];
  tell();
  await Promise.all([one, two]);
  assert.ok((await watch()(1)) >= 0);
  await stop();
  assert.equal(subscribed, false);
});
