import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpstreamError, type ActionBinding } from '@counterfoil/core';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
import { createTestFlow } from '../testing/test-flow.ts';
import { checkPlan } from './check-plan.ts';

const flow = createTestFlow({ incident: FORGOTTEN_GPU });
const state = await flow.start();
const binding = state.actions.find((one) => one.action.binding.kind === 'aws.ec2.stop_instances')
  ?.action.binding;
assert.ok(binding);
const planner = flow.world.planners().find(({ kind }) => kind === binding.kind);
const context = { account: binding.account, region: binding.region, scopeAccounts: [] };

async function codeOf(
  changes: Partial<ActionBinding>,
  rules: Parameters<typeof checkPlan>[2] = { planner, control: undefined },
) {
  return (await checkPlan({ ...binding, ...changes } as ActionBinding, context, rules))?.code;
}

test('a proposal that the executor plans alike holds', async () => {
  assert.equal(await codeOf({}), undefined);
});

test('whatever a proposal says of itself otherwise than the executor finds is refused', async () => {
  const { parameterLabels, blastRadius, undo, preconditions } = binding;
  const [label] = Object.values(parameterLabels);
  assert.ok(label);
  for (const lie of [
    { preview: 'Changes nothing.' },
    { parameterLabels: { instanceIds: { ...label, confidentiality: 0 } } },
    { parameterLabels: {} },
    { blastRadius: { ...blastRadius, note: 'Nobody feels it.' } },
    { undo: { ...undo, steps: ['It undoes itself.'] } },
    { preconditions: preconditions.slice(1) },
    { preconditions: preconditions.map((one) => ({ ...one, state: { state: 'idle' } })) },
  ] as const) {
    assert.equal(await codeOf(lie), 'PLAN_MISMATCH', Object.keys(lie)[0]);
  }
});

test('labels follow from who is in control by the executor’s settings, not by the agent’s word', async () => {
  assert.equal(await codeOf({}, { planner, control: 'model' }), 'PLAN_MISMATCH');
});

test('a kind that the executor cannot plan is refused; an outside that fails is tried again', async () => {
  assert.equal(await codeOf({}, { planner: undefined, control: undefined }), 'PLANNER_MISSING');
  assert.ok(planner);
  const failing = {
    ...planner,
    plan: async () => {
      throw new UpstreamError('TIMEOUT', 'no answer');
    },
  };
  await assert.rejects(codeOf({}, { planner: failing, control: undefined }), { code: 'TIMEOUT' });
});
