import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseState } from '@counterfoil/core';
import { DATA_TRANSFER } from '../testing/incidents.ts';
import { createTestFlow, type TestFlow } from '../testing/test-flow.ts';
import { sweep, undoneJobs, type SweepPorts } from './sweep.ts';

function portsOf({ store }: TestFlow): SweepPorts {
  return {
    list: async ({ status }) => ({
      items: store
        .states()
        .filter((state) => state.status === status)
        .map((state) => ({ state })),
      next: null,
    }),
    enqueue: async (jobs) => store.jobs.enqueue(jobs),
  };
}

test('a case whose job is gone is taken up by the sweep of its queue', async () => {
  const flow = createTestFlow({ incident: DATA_TRANSFER });
  const loseJobs = () => (flow.store.jobs.waiting as unknown[]).splice(0);
  await flow.start();
  const digest = flow.state().actions[0]?.action.digest;
  assert.ok(digest);
  flow.review(digest);
  await flow.handlers.resolve({ digest });
  assert.equal(flow.state().status, 'executing');
  loseJobs();
  await flow.runDue();
  assert.equal(flow.world.effects.length, 0);
  await sweep(portsOf(flow), 'agent');
  await flow.runDue();
  assert.equal(flow.world.effects.length, 0, 'not the agent’s to take up');
  await sweep(portsOf(flow), 'executor');
  await flow.runDue();
  assert.equal(flow.world.effects.length, 1);
});

test('each status that waits for no person has its job', async () => {
  const state = await createTestFlow({ incident: DATA_TRANSFER }).start();
  const tasks = (status: CaseState['status']) =>
    undoneJobs({ ...state, status }).map((job) => `${job.queue}:${job.task}`);
  assert.deepEqual(tasks('investigating'), ['agent:investigate']);
  assert.deepEqual(tasks('proposing'), ['agent:propose']);
  assert.deepEqual(tasks('deciding'), ['executor:gate']);
  assert.deepEqual(tasks('awaiting_approval'), []);
  assert.deepEqual(tasks('closed'), []);
  const [action] = state.actions;
  assert.ok(action);
  const jobOf = (status: typeof action.status) =>
    undoneJobs({ ...state, status: 'executing', actions: [{ ...action, status }] }).map(
      (job) => job.task,
    );
  assert.deepEqual(jobOf('approved'), ['execute']);
  assert.deepEqual(jobOf('executing'), ['execute']);
  assert.deepEqual(jobOf('performed'), ['verify']);
  assert.deepEqual(jobOf('denied'), []);
});
