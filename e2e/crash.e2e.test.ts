import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { Installation, waitFor } from './harness/installation.ts';
import { effectCount, outsideWorld, plantFault } from './harness/outside-world.ts';
import { crash, postmasterOf, processesOf } from './harness/process-table.ts';
import { approve, proposalsOf, statusOf, waitUntilSettled } from './harness/proposals.ts';

const KILLS = 50;
async function killByName(installation: Installation, name: string): Promise<void> {
  const found = (await processesOf(installation.state)).find((process) => process.name === name);
  if (found) crash(found);
}

test('an executor killed between intent and outcome leaves exactly one effect', async (t) => {
  await using installation = await Installation.create();
  await installation.up();
  const proposals = await proposalsOf(installation);

  for (const [kind, fault] of [
    ['aws.ec2.stop_instances', { service: 'aws', operation: 'StopInstances', kind: 'delay_after' }],
    [
      'slack.post_message',
      { service: 'slack', operation: 'chat.postMessage', kind: 'delay_after' },
    ],
    [
      'slack.post_message',
      { service: 'slack', operation: 'chat.postMessage', kind: 'delay_before' },
    ],
    ['jira.create_issue', { service: 'jira', operation: '*', kind: 'delay_before' }],
  ] as const) {
    await t.test(`${kind}, ${fault.kind}`, async () => {
      const proposal = proposals.find((it) => it.kind === kind && !used.has(it.digest));
      assert.ok(proposal);
      used.add(proposal.digest);
      const before = effectCount(await outsideWorld(installation));
      await plantFault(installation, { ...fault, delayMs: 4_000 });
      await approve(installation, proposal);
      await waitFor(async () => (await statusOf(installation, proposal)) === 'executing', {
        what: 'the intent',
      });
      await sleep(1_000);
      await killByName(installation, 'executor');
      await waitUntilSettled(installation, [proposal]);
      assert.equal(await statusOf(installation, proposal), 'confirmed');
      assert.equal(effectCount(await outsideWorld(installation)), before + 1);
    });
  }
});

const used = new Set<string>();

test(`any process killed at a random moment, ${KILLS} times: nothing lost, doubled or unapproved`, async (t) => {
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const random = mulberry32(seed);
  await using installation = await Installation.create();
  await installation.up();
  const proposals = await proposalsOf(installation);
  const approved = proposals.filter((_, index) => index % 2 === 0);
  const untouched = proposals.filter((_, index) => index % 2 === 1);

  const waiting = [...approved];
  const killed = new Map<string, number>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [next] = waiting;
    if (next && kill % 6 === 0 && (await approve(installation, next)) === 0) waiting.shift();
    await sleep(random() * 400);
    const postmaster = (await postmasterOf(installation.state)) ?? [];
    const processes = (await processesOf(installation.state)).concat(postmaster);
    const victims = [...processes, 'supervisor' as const];
    const victim = victims[Math.floor(random() * victims.length)];
    const name = victim === 'supervisor' ? victim : (victim?.name ?? 'nobody');
    killed.set(name, (killed.get(name) ?? 0) + 1);
    if (victim === 'supervisor') {
      await installation.kill();
      await installation.up();
    } else if (victim) {
      crash(victim);
    }
  }
  for (const proposal of waiting) {
    await waitFor(async () => (await approve(installation, proposal)) === 0, {
      what: 'a recorded review',
    });
  }
  t.diagnostic(`killed ${[...killed].map(([name, times]) => `${name} ${times}`).join(', ')}`);
  assert.ok(killed.size >= 8, 'nearly every kind of process was killed');
  await waitUntilSettled(installation, approved, 180_000);

  const now = await proposalsOf(installation);
  assert.deepEqual(
    now.map((it) => it.digest).toSorted(),
    proposals.map((it) => it.digest).toSorted(),
    'no case is lost and none appears twice',
  );
  for (const { digest } of approved) {
    assert.equal(now.find((it) => it.digest === digest)?.status, 'confirmed');
  }
  for (const { digest } of untouched) {
    assert.equal(now.find((it) => it.digest === digest)?.status, 'awaiting_approval');
  }
  const world = await outsideWorld(installation);
  assert.equal(effectCount(world), approved.length, 'one effect for each approval and no other');

  const pack = join(installation.directory, 'pack.ndjson');
  assert.equal((await installation.run(['pack', 'export', '--out', pack])).exitCode, 0);
  const trust = join(installation.state, 'trust.json');
  const verdict = await installation.run(['verify', pack, '--trust', trust]);
  assert.equal(verdict.exitCode, 0, `the record of all this proves itself: ${verdict.stdout}`);
});

/** A small seeded generator, so that a failing run can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
