import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, type CaseState } from '@counterfoil/core';
import {
  createCrashScheduler,
  createSeededChance,
  type CrashPlan,
  type CrashScheduler,
} from '@counterfoil/testkit';
import { undoneJobs } from './durable/sweep.ts';
import { FORGOTTEN_GPU } from './testing/incidents.ts';
import { createTestFlow, type TestFlow } from './testing/test-flow.ts';

const HOUR_MS = 3_600_000;
const SWEEPS_MAX = 5;
const NO_CRASH: CrashPlan = { crashAt: () => 'none' };

interface Run {
  readonly flow: TestFlow;
  readonly scheduler: CrashScheduler;
  readonly state: CaseState;
}

/** The whole flow: two actions approved, the message denied. Every promise is checked at its end. */
async function run(plan: CrashPlan): Promise<Run> {
  const scheduler = createCrashScheduler(plan);
  const flow = createTestFlow({ incident: FORGOTTEN_GPU, scheduler });
  await flow.start();
  await sweepUp(flow);
  const asked = flow.state();
  assert.equal(flow.world.effects.length, 0, 'nothing acts before people have said yes');
  const [message, ticket, stop] = asked.actions.map((one) => one.action.digest);
  assert.ok(message && ticket && stop, 'three actions are offered');
  flow.review(message, 'deny');
  flow.review(ticket);
  flow.review(stop);
  await flow.runUntil(flow.clock.nowMs() + 4 * HOUR_MS);
  await sweepUp(flow);
  const state = flow.state();
  assert.deepEqual(flow.errors, []);
  assert.deepEqual(
    state.actions.map((one) => one.status),
    ['denied', 'confirmed', 'confirmed'],
  );
  assert.equal(state.status, 'closed', 'no case is lost');
  assert.deepEqual(
    flow.world.effects.map((one) => one.kind).toSorted(),
    ['aws.ec2.stop_instances', 'jira.create_issue'],
    'each approved action took effect exactly once, and nothing else did',
  );
  assert.deepEqual(fold(state.caseId, flow.store.journal(state.caseId)), state);
  return { flow, scheduler, state };
}

/** What many crashes in a row made a dead letter is taken up again, as the agent and the executor do every minute. */
async function sweepUp(flow: TestFlow): Promise<void> {
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps += 1) {
    const dead = flow.store.jobs.dead.length;
    flow.store.jobs.enqueue(flow.store.states().flatMap(undoneJobs));
    await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
    if (flow.store.jobs.dead.length === dead) return;
  }
}

test('a crash before or after any one port call costs nothing but time', async () => {
  const { scheduler } = await run(NO_CRASH);
  const { calls } = scheduler;
  assert.ok(calls > 100, `the flow makes ${calls} port calls`);
  for (let place = 1; place <= calls; place += 1) {
    for (const when of ['before', 'after'] as const) {
      const crashAt = (call: number) => (call === place ? when : 'none');
      const { flow } = await run({ crashAt }).catch((cause: unknown) => {
        throw new Error(`crash ${when} port call ${place} of ${calls}`, { cause });
      });
      assert.equal(flow.store.jobs.dead.length, 0);
    }
  }
});

test('crashes at random, one port call in twenty-five, lose nothing and repeat nothing', async (t) => {
  const base = Date.now() % 1_000_000;
  t.diagnostic(`seeds 1 to 10, and ${base} to ${base + 9}`);
  const unlucky = [68, 453, 533];
  const seeds = Array.from({ length: 10 }, (_, offset) => [offset + 1, base + offset]).flat();
  for (const seed of [...unlucky, ...seeds]) {
    const chance = createSeededChance(seed);
    const crashAt = () => {
      if (chance() >= 1 / 25) return 'none';
      return chance() < 0.5 ? 'before' : 'after';
    };
    await run({ crashAt }).catch((cause: unknown) => {
      throw new Error(`seed ${seed}`, { cause });
    });
  }
});
