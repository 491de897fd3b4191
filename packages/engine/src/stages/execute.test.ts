import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actionOf,
  PermissionError,
  UpstreamError,
  type ActionPlanner,
  type ActionState,
  type Digest,
} from '@counterfoil/core';
import type { CrashScheduler } from '@counterfoil/testkit';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
import { createTestFlow, type TestFlow } from '../testing/test-flow.ts';

const HOUR_MS = 3_600_000;

interface Asked {
  readonly flow: TestFlow;
  readonly ticket: Digest;
  readonly stop: Digest;
  entry(digest: Digest): ActionState;
}

async function asked(): Promise<Asked> {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const state = await flow.start();
  const [, ticket, stop] = state.actions.map((one) => one.action.digest);
  assert.ok(ticket && stop);
  const entry = (digest: Digest) => {
    const found = actionOf(flow.state(), digest);
    assert.ok(found);
    return found;
  };
  return { flow, ticket, stop, entry };
}

test('the intent is proved in the log before the call: with the log down nothing happens', async () => {
  const { flow, ticket, entry } = await asked();
  flow.isLogDown = true;
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS / 4);
  assert.equal(entry(ticket).status, 'approved', 'not even an intent without proved reviews');
  assert.equal(flow.world.effects.length, 0);
  assert.ok(flow.errors.length > 0);
  assert.ok(
    flow.errors.every((error) => error instanceof UpstreamError && error.code === 'LOG_BEHIND'),
  );
  flow.isLogDown = false;
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).status, 'confirmed');
  assert.equal(flow.world.effects.length, 1);
});

test('while a kill stands nothing runs and nothing is lost; lifted, it runs once', async () => {
  const { flow, ticket, entry } = await asked();
  const { killId } = await flow.store.kills.engage('somebody is worried');
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS / 4);
  assert.equal(entry(ticket).status, 'approved');
  assert.equal(flow.world.effects.length, 0);
  assert.deepEqual([...flow.parked], [ticket]);
  flow.store.lift(killId, { forged: true });
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS / 4);
  assert.equal(flow.world.effects.length, 0, 'a lift that nobody signed lifts nothing');
  flow.store.lift(killId, flow.approver.lift(killId, '2026-03-02T12:00:00.000Z'));
  // As the executor does when the switch changes: it does not wait for the job's next try.
  for (const digest of flow.parked) await flow.handlers.execute({ digest });
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).status, 'confirmed');
  assert.equal(flow.world.effects.length, 1);
});

test('a kill between intent and call stops the call', async () => {
  const { flow, ticket, entry } = await asked();
  flow.review(ticket);
  const { publish } = flow.testLog;
  Object.assign(flow.testLog, {
    async publish(log: typeof flow.store.log) {
      // The log publishes the intent; somebody engages the switch in that very moment.
      const isIntent = entry(ticket).status === 'executing';
      if (isIntent && (await flow.store.kills.read()).length === 0) {
        await flow.store.kills.engage('in the last moment');
      }
      await publish(log);
    },
  });
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS / 4);
  assert.equal(entry(ticket).status, 'executing');
  assert.equal(flow.world.effects.length, 0);
});

test('an action that a kill outlasts ends as expired, never as executed', async () => {
  const { flow, ticket, entry } = await asked();
  await flow.store.kills.engage('for long');
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + 30 * HOUR_MS);
  assert.equal(entry(ticket).status, 'refused');
  assert.equal(entry(ticket).refusal?.code, 'BINDING_EXPIRED');
  assert.equal(flow.state().status, 'closed');
  assert.equal(flow.world.effects.length, 0);
});

test('a target that changed since is not touched', async () => {
  const { flow, stop, entry } = await asked();
  const [first] = FORGOTTEN_GPU.instanceIds;
  const instance = flow.world.instances.get(first ?? '');
  assert.ok(instance);
  instance.state = 'stopped';
  flow.review(stop);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(stop).refusal?.code, 'PRECONDITION_CHANGED');
  assert.match(entry(stop).refusal?.reason ?? '', new RegExp(first ?? ''));
  assert.equal(flow.world.effects.length, 0);
});

test('a target whose state stood otherwise on the card than it is, is not touched', async () => {
  const planner = (port: object): port is ActionPlanner => 'plan' in port;
  // A hostile agent: the hash is the true one, the state that people read beside it is not.
  const embellish = (port: object) =>
    planner(port)
      ? {
          ...port,
          plan: async (...asked: Parameters<ActionPlanner['plan']>) => {
            const plan = await port.plan(...asked);
            const preconditions = plan.preconditions.map((one) => ({
              ...one,
              state: { state: 'idle since March' },
            }));
            return { ...plan, preconditions };
          },
        }
      : port;
  const scheduler = { wrap: embellish, restart() {}, calls: 0 } as unknown as CrashScheduler;
  const flow = createTestFlow({ incident: FORGOTTEN_GPU, scheduler });
  const stop = (await flow.start()).actions[2]?.action.digest;
  assert.ok(stop);
  flow.review(stop);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(actionOf(flow.state(), stop)?.refusal?.code, 'PRECONDITION_CHANGED');
  assert.equal(flow.world.effects.length, 0);
});

test('a lost answer is reconciled, not repeated', async () => {
  const { flow, ticket, entry } = await asked();
  flow.world.loseNextAnswer();
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).status, 'confirmed');
  assert.equal(entry(ticket).reconciled, true);
  assert.equal(flow.world.effects.length, 1);
});

test('a call that arrives only after the first look for it is not made a second time', async () => {
  const { flow, ticket, entry } = await asked();
  flow.world.delayNextCall();
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).status, 'confirmed');
  assert.equal(entry(ticket).reconciled, true);
  assert.equal(flow.world.effects.length, 1);
});

test('a call that failed before it changed anything is made again after asking', async () => {
  const { flow, ticket, entry } = await asked();
  flow.world.failNextCall(new UpstreamError('UNAVAILABLE', 'come back later'));
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).status, 'confirmed');
  assert.equal(entry(ticket).reconciled, false);
  assert.equal(flow.world.effects.length, 1);
  const steps = flow.store.journal(flow.state().caseId).map(({ event }) => event);
  const [first, again] = steps.flatMap((event) => ('grant' in event ? [event] : []));
  assert.deepEqual([first?.type, again?.type], ['effect_intended', 'effect_resumed']);
  assert.ok(first && again && again.grant.grantedAt > first.grant.grantedAt, 'a new grant');
  assert.deepEqual(entry(ticket).grant, again.grant);
});

test('a missing permission is a refusal, since certainly nothing happened', async () => {
  const { flow, ticket, entry } = await asked();
  flow.world.failNextCall(new PermissionError('IAM_DENIED', 'not allowed'));
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).refusal?.code, 'IAM_DENIED');
  assert.equal(flow.world.effects.length, 0);
});

test('an outside that cannot say what happened leaves it to people', async () => {
  const { flow, ticket, entry } = await asked();
  flow.world.loseNextAnswer();
  flow.world.forget();
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).status, 'unresolved');
  assert.equal(flow.world.effects.length, 1, 'it is not called again');
});

test('changed bytes halt the case and engage the switch', async () => {
  const { flow, ticket } = await asked();
  const state = flow.state();
  const load = flow.store.cases.load;
  Object.assign(flow.store.cases, {
    async load(caseId: string) {
      const loaded = await load(caseId);
      const actions = loaded?.actions.map((one) =>
        one.action.digest === ticket
          ? {
              ...one,
              action: {
                ...one.action,
                bindingText: one.action.bindingText.replace('"FIN"', '"EVIL"'),
              },
            }
          : one,
      );
      return loaded && actions ? { ...loaded, actions } : loaded;
    },
  });
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(flow.state().status, 'halted');
  assert.equal(flow.world.effects.length, 0);
  const kills = await flow.store.kills.read();
  assert.equal(kills.length, 1, 'engaged once, however often the job runs');
  assert.match(kills[0]?.kill.reason ?? '', new RegExp(`${state.caseId}: DIGEST_MISMATCH`));
});

test('an approval that stands in the store but not in the log is worth nothing', async () => {
  const { flow, ticket, entry } = await asked();
  flow.review(ticket);
  const leaf = flow.store.log.leaves.at(-1);
  assert.ok(leaf);
  Object.assign(leaf, { entryText: leaf.entryText.replace('"review_submitted"', '"tool_called"') });
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(entry(ticket).refusal?.code, 'NOT_LOGGED');
  assert.equal(flow.world.effects.length, 0);
});

test('a leaf that is not what the log holds halts the case', async () => {
  const { flow, ticket } = await asked();
  flow.review(ticket);
  await flow.testLog.publish(flow.store.log);
  const leaf = flow.store.log.leaves.findLast((one) => one.entryText.includes('review_submitted'));
  assert.ok(leaf);
  Object.assign(leaf, { entryText: leaf.entryText.replace('"memory"', '"nobody"') });
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  assert.equal(flow.state().status, 'halted');
  assert.equal((await flow.store.kills.read()).length, 1);
  assert.equal(flow.world.effects.length, 0);
});

test('a job that runs again after everything is done changes nothing', async () => {
  const { flow, ticket, entry } = await asked();
  flow.review(ticket);
  await flow.runUntil(flow.clock.nowMs() + HOUR_MS);
  const before = flow.state();
  await flow.handlers.execute({ digest: ticket });
  await flow.handlers.verify({ digest: ticket });
  await flow.handlers.resolve({ digest: ticket });
  assert.deepEqual(flow.state(), before);
  assert.equal(flow.world.effects.length, 1);
  assert.equal(entry(ticket).idempotencyKey?.length, 51);
});

test('two jobs of one action at the same moment make one call', async () => {
  const { flow, ticket } = await asked();
  flow.review(ticket);
  await flow.handlers.resolve({ digest: ticket });
  await Promise.all([
    flow.handlers.execute({ digest: ticket }),
    flow.handlers.execute({ digest: ticket }),
  ]);
  assert.equal(flow.world.effects.length, 1);
});
