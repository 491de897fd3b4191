import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { Installation } from './harness/installation.ts';
import { effectCount, outsideWorld } from './harness/outside-world.ts';
import { approve, proposalsOf, statusOf, waitUntilSettled } from './harness/proposals.ts';

test('the kill switch stops every effect, outlives a restart, and only a signed act lifts it', async (t) => {
  await using installation = await Installation.create();
  await installation.up();
  const [first, second] = await proposalsOf(installation);
  assert.ok(first && second);

  await t.test('an approved action does not run while killed', async () => {
    assert.equal((await installation.run(['kill', 'on', '--reason', 'drill'])).exitCode, 0);
    assert.equal(await approve(installation, first), 0);
    await sleep(5_000);
    assert.equal(effectCount(await outsideWorld(installation)), 0);
    assert.equal(await statusOf(installation, first), 'approved');
  });

  await t.test('it is still engaged after everything was stopped and started again', async () => {
    await installation.stop();
    await installation.up();
    const status = await installation.run(['kill', 'status', '--json']);
    assert.match(status.stdout, /engaged/);
    await sleep(3_000);
    assert.equal(effectCount(await outsideWorld(installation)), 0);
  });

  await t.test('a signed lift lets the approved action run, once', async () => {
    assert.equal(
      (await installation.run(['kill', 'off', '--comment', 'drill over', '--yes'])).exitCode,
      0,
    );
    await waitUntilSettled(installation, [first]);
    assert.equal(await statusOf(installation, first), 'confirmed');
    assert.equal(effectCount(await outsideWorld(installation)), 1);
  });

  await t.test('it is in the log, both ways', async () => {
    const { stdout } = await installation.run(['log', 'show', '--json']);
    assert.match(stdout, /kill_engaged/);
    assert.match(stdout, /kill_lifted/);
  });

  await t.test('within a second: what is approved later than that never starts', async () => {
    const { exitCode } = await installation.run(['kill', 'on', '--reason', 'again']);
    assert.equal(exitCode, 0);
    await sleep(1_000);
    await approve(installation, second);
    await sleep(3_000);
    assert.equal(effectCount(await outsideWorld(installation)), 1);
  });
});
