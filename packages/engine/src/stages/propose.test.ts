import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tool } from '@counterfoil/core';
import { DATA_TRANSFER, FORGOTTEN_GPU } from '../testing/incidents.ts';
import { makeSignal } from '../testing/test-data.ts';
import { createTestFlow } from '../testing/test-flow.ts';

const withheldOf = (
  state: { readonly proposal?: { readonly withheld: readonly { kind: string; reason: string }[] } },
  kind: string,
) => state.proposal?.withheld.find((one) => one.kind === kind)?.reason;

test('the stop names exactly the running instances, its saving and its deadline', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const state = await flow.start();
  const stop = state.actions.find((one) => one.action.binding.kind === 'aws.ec2.stop_instances');
  const { binding } = stop?.action ?? {};
  assert.deepEqual(binding?.parameters, { instanceIds: FORGOTTEN_GPU.instanceIds });
  assert.deepEqual(binding.estimatedEffect, { perDay: { amount: '1200.000000', currency: 'USD' } });
  assert.equal(binding.account, '111122223333');
  assert.equal(Date.parse(binding.expiresAt) - Date.parse(binding.proposedAt), 24 * 3_600_000);
  assert.equal(binding.actionId, 'case_1-3');
});

test('a message rests on what bears on the cause, and only counts the other reads', async () => {
  const state = await createTestFlow({ incident: DATA_TRANSFER }).start();
  const { causeId, evidence, observations } = state.conclusion ?? assert.fail('no conclusion');
  const behind = evidence.find((one) => one.causeId === causeId)?.observationIds ?? [];
  const post = state.actions.find((one) => one.action.binding.kind === 'slack.post_message');
  const body = String(post?.action.binding.parameters['body']);
  assert.ok(behind.length > 0 && behind.length < observations.length);
  for (const one of observations) {
    assert.equal(body.includes(one.question), behind.includes(one.observationId), one.tool);
  }
  assert.ok(body.includes(`Other reads, in the case: ${observations.length - behind.length}.`));
});

test('a message says how sure the impact is, where the detector says so', async () => {
  const bodyOf = async (signal: ReturnType<typeof makeSignal>) => {
    const state = await createTestFlow({ incident: DATA_TRANSFER }).start(signal);
    const post = state.actions.find((one) => one.action.binding.kind === 'slack.post_message');
    return String(post?.action.binding.parameters['body']);
  };
  const plain = makeSignal();
  assert.doesNotMatch(await bodyOf(plain), /Impact:/);
  const money = (amount: string) => ({ amount, currency: 'USD' });
  const impactInterval = {
    confidencePercent: 80 as const,
    perDayLow: money('90'),
    perDayHigh: money('1110.5'),
    totalLow: money('270'),
    totalHigh: money('3331.5'),
  };
  const sure = { ...plain, anomaly: { ...plain.anomaly, impactInterval } };
  assert.match(
    await bodyOf(sure),
    /Impact: .* a day \(80 %: 90\.00 USD to 1,110\.50 USD\), .* from 20.* to 20.* \(80 %: 270\.00 USD to 3,331\.50 USD\)\./,
  );
});

test('an instance that EC2 did not answer with cannot become a target', async () => {
  const [first] = FORGOTTEN_GPU.instanceIds;
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  flow.world.instances.delete(first ?? '');
  const state = await flow.start();
  const stop = state.actions.find((one) => one.action.binding.kind === 'aws.ec2.stop_instances');
  assert.deepEqual(stop?.action.binding.parameters, {
    instanceIds: FORGOTTEN_GPU.instanceIds.slice(1),
  });
});

test('an answer that names an instance which nobody localised adds no target', async () => {
  const tools = (all: readonly Tool[]) =>
    all.map((tool) =>
      tool.name === 'aws.describe_instances'
        ? {
            ...tool,
            observe: async (...call: Parameters<Tool['observe']>) => {
              const answer = await tool.observe(...call);
              const ids = `${answer.facts['instances.runningIds']} i-0ddddddddddddddd1`;
              return { ...answer, facts: { ...answer.facts, 'instances.runningIds': ids } };
            },
          }
        : tool,
    );
  const state = await createTestFlow({ incident: FORGOTTEN_GPU, tools }).start();
  const stop = state.actions.find((one) => one.action.binding.kind === 'aws.ec2.stop_instances');
  assert.deepEqual(stop?.action.binding.parameters, { instanceIds: FORGOTTEN_GPU.instanceIds });
});

test('an instance that was there before the change is no target, although it costs more now', async () => {
  const [first, second] = FORGOTTEN_GPU.instanceIds;
  const [row] = FORGOTTEN_GPU.rows.filter((one) => one['resourceId']?.endsWith(first ?? ''));
  assert.ok(row);
  const before: typeof row = { ...row, day: '2026-02-10', EffectiveCost: '1', BilledCost: '1' };
  const rows = [...FORGOTTEN_GPU.rows, before];
  // Most of the cost must still be of new instances for the cause to hold.
  const cheaper = rows.map((one) =>
    one['resourceId']?.endsWith(first ?? '') ? { ...one, EffectiveCost: '1' } : one,
  );
  const state = await createTestFlow({ incident: { ...FORGOTTEN_GPU, rows: cheaper } }).start();
  const stop = state.actions.find((one) => one.action.binding.kind === 'aws.ec2.stop_instances');
  assert.deepEqual(stop?.action.binding.parameters, { instanceIds: [second] });
});

test('an account outside the scope of the case is not acted upon', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const state = await flow.start(makeSignal({ scopeAccounts: ['999999999999'] }));
  assert.match(withheldOf(state, 'aws.ec2.stop_instances') ?? '', /outside the scope/);
});

test('what must not be done is withheld with the reason of the cause', async () => {
  const state = await createTestFlow({ incident: DATA_TRANSFER }).start();
  assert.match(withheldOf(state, 'aws.ec2.stop_instances') ?? '', /outage/);
});

test('a repeated job proposes nothing twice', async () => {
  const flow = createTestFlow({ incident: FORGOTTEN_GPU });
  const state = await flow.start();
  await flow.handlers.propose({ caseId: state.caseId });
  await flow.handlers.gate({ caseId: state.caseId });
  assert.deepEqual(flow.state(), state);
});
