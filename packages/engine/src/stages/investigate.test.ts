import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitError, UpstreamError, type Tool, type ToolAnswer } from '@counterfoil/core';
import { DATA_TRANSFER, FORGOTTEN_GPU } from '../testing/incidents.ts';
import { createTestFlow } from '../testing/test-flow.ts';

/** Replaces what one tool answers. */
function replace(name: string, observe: Tool['observe']) {
  return (tools: readonly Tool[]) =>
    tools.map((tool) => (tool.name === name ? { ...tool, timeoutMs: 50, observe } : tool));
}

const ANSWER: ToolAnswer = {
  status: 'answered',
  question: 'q?',
  finding: 'f.',
  facts: {},
  source: 's',
};

test('a tool that keeps failing is an observation and a gap, and nothing acts on the cloud', async () => {
  let calls = 0;
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: replace('aws.describe_instances', async () => {
      calls += 1;
      throw new UpstreamError('THROTTLED', 'too many requests');
    }),
  });
  const state = await flow.start();
  assert.equal(calls, 3, 'tried three times');
  const observation = state.observations.at(-1);
  assert.equal(observation?.status, 'failed');
  assert.equal(observation.facts['failure.code'], 'THROTTLED');
  const { completeness, summary } = state.conclusion ?? {};
  assert.equal(completeness?.complete, false);
  assert.equal(completeness.gaps[0]?.code, 'THROTTLED');
  assert.match(summary ?? '', /^INCOMPLETE \(aws\.describe_instances: THROTTLED\)/);
  const kinds = state.actions.map((one) => one.action.binding.kind);
  assert.deepEqual(kinds, ['slack.post_message', 'jira.create_issue']);
  const withheld = state.proposal?.withheld.find((one) => one.kind === 'aws.ec2.stop_instances');
  assert.match(withheld?.reason ?? '', /incomplete \(aws\.describe_instances: THROTTLED\)/);
  const { title, body } = state.actions[0]?.action.binding.parameters ?? {};
  assert.match(String(title), /^INCOMPLETE: /);
  assert.match(String(body), /What could not be seen: aws\.describe_instances: THROTTLED/);
});

test('an error that is not of the outside is tried once', async () => {
  let calls = 0;
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: replace('lake.credits', async () => {
      calls += 1;
      throw new LimitError('BYTES', 'too much');
    }),
  });
  const state = await flow.start();
  assert.equal(calls, 1);
  assert.equal(state.conclusion?.completeness.gaps[0]?.code, 'BYTES');
});

test('a tool that hangs is cut off', async () => {
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: replace('lake.credits', () => new Promise(() => {})),
  });
  const state = await flow.start();
  assert.equal(state.conclusion?.completeness.gaps[0]?.code, 'TIMEOUT');
});

test('a truncated answer makes the conclusion incomplete', async () => {
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: replace('lake.companions', async () => ({ ...ANSWER, status: 'truncated' })),
  });
  const state = await flow.start();
  assert.deepEqual(
    state.conclusion?.completeness.gaps.map((gap) => [gap.tool, gap.code]),
    [['lake.companions', 'TRUNCATED']],
  );
});

test('facts over the limit are dropped and said to be', async () => {
  const facts = { 'root.usageType': 'x'.repeat(70_000) };
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: replace('lake.companions', async () => ({ ...ANSWER, facts })),
  });
  const state = await flow.start();
  assert.equal(state.conclusion?.completeness.gaps[0]?.code, 'BYTES');
});

test('without a root cause nothing that needs one is asked, and that is said', async () => {
  const flow = createTestFlow({ incident: { ...FORGOTTEN_GPU, rootCauses: [] } });
  const state = await flow.start();
  assert.equal(state.conclusion?.causeId, 'unexplained');
  assert.equal(state.conclusion.completeness.complete, false);
  assert.ok(state.conclusion.completeness.gaps.every((gap) => gap.code === 'NOT_ASKED'));
});

test('a tool that is not configured here is a gap where it is needed, and none where it is not', async () => {
  const tools = (all: readonly Tool[]) => all.filter((tool) => !tool.name.startsWith('aws.'));
  const gpu = await createTestFlow({ incident: FORGOTTEN_GPU, tools }).start();
  assert.deepEqual(
    gpu.conclusion?.completeness.gaps.map((gap) => [gap.tool, gap.code]),
    [['aws.describe_instances', 'NOT_CONFIGURED']],
  );
  const traffic = await createTestFlow({ incident: DATA_TRANSFER, tools }).start();
  assert.equal(traffic.conclusion?.completeness.complete, true);
});

test('a bug in a tool stops the job instead of becoming an observation', async () => {
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: replace('lake.credits', async () => {
      throw new TypeError('undefined is not a function');
    }),
  });
  await flow.start();
  assert.equal(flow.state().status, 'investigating');
  assert.ok(flow.errors.every((error) => error instanceof TypeError));
  assert.equal(flow.store.jobs.dead.length, 1);
});

test('observations are committed one by one, so a repeated job asks only what is left', async () => {
  let calls = 0;
  let isBroken = true;
  const flow = createTestFlow({
    incident: FORGOTTEN_GPU,
    tools: (tools) =>
      tools.map((tool) => ({
        ...tool,
        async observe(input, context) {
          calls += 1;
          if (isBroken && tool.name === 'lake.companions') throw new TypeError('a bug');
          return tool.observe(input, context);
        },
      })),
  });
  await flow.start();
  const before = calls;
  isBroken = false;
  await flow.handlers.investigate({ caseId: 'case_1' });
  assert.equal(flow.state().status, 'proposing');
  assert.equal(calls - before, 2, 'companions and the instances');
});
