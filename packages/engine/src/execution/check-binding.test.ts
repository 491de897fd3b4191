import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, ActionBinding, CaseState } from '@counterfoil/core';
import { bindAction } from '@counterfoil/guard';
import { FORGOTTEN_GPU } from '../testing/incidents.ts';
import { createTestFlow } from '../testing/test-flow.ts';
import { checkBinding, type BindingRules } from './check-binding.ts';

const flow = createTestFlow({ incident: FORGOTTEN_GPU });
const state = await flow.start();
const performers = new Map(flow.world.performers().map((one) => [one.kind, one]));
const actionOf = (kind: string): Action => {
  const found = state.actions.find((one) => one.action.binding.kind === kind);
  assert.ok(found);
  return found.action;
};
const stop = actionOf('aws.ec2.stop_instances');
const rules: BindingRules = {
  tenant: 'acme',
  policyBundleSha256: stop.binding.policyBundleSha256,
  approvalTtlMs: 24 * 3_600_000,
  environmentOf: () => 'sandbox',
};

function codeOf(action: Action, changes: Partial<BindingRules> = {}): string | undefined {
  const declaration = performers.get(action.binding.kind);
  assert.ok(declaration);
  return checkBinding(action, declaration, state, { ...rules, ...changes })?.code;
}

/** A proposal of a hostile agent: well bound, but not true. */
function lied(changes: Partial<ActionBinding>): Action {
  return bindAction({ ...stop.binding, ...changes });
}

test('what the agent proposed holds', () => {
  for (const { action } of state.actions) assert.equal(codeOf(action), undefined);
});

test('a lie about targets, accounts, environment, undo or deadline is refused before anybody is asked', () => {
  const { blastRadius, undo } = stop.binding;
  const fewer = { ...blastRadius, targets: blastRadius.targets.slice(1) };
  assert.equal(codeOf(lied({ blastRadius: fewer })), 'BLAST_RADIUS_MISMATCH');
  const nowhere = { ...blastRadius, accounts: [] };
  assert.equal(codeOf(lied({ blastRadius: nowhere })), 'BLAST_RADIUS_MISMATCH');
  assert.equal(codeOf(lied({ account: '-' })), 'BLAST_RADIUS_MISMATCH');
  assert.equal(codeOf(lied({ environment: 'test' })), 'ENVIRONMENT_MISMATCH');
  assert.equal(
    codeOf(lied({ undo: { ...undo, reversibility: 'irreversible' } })),
    'REVERSIBILITY_MISMATCH',
  );
  const late = new Date(Date.parse(stop.binding.expiresAt) + 60_001).toISOString();
  assert.equal(codeOf(lied({ expiresAt: late })), 'DEADLINE_TOO_LATE');
  const atLimit = new Date(Date.parse(stop.binding.expiresAt) + 60_000).toISOString();
  assert.equal(codeOf(lied({ expiresAt: atLimit })), undefined);
  assert.equal(codeOf(lied({ expiresAt: stop.binding.proposedAt })), 'DEADLINE_TOO_LATE');
});

test('another case, tenant, policy or schema is refused', () => {
  assert.equal(codeOf(lied({ caseId: 'case_2' })), 'CASE_MISMATCH');
  assert.equal(codeOf(lied({ tenant: 'other' })), 'TENANT_MISMATCH');
  assert.equal(codeOf(lied({ policyBundleSha256: 'f'.repeat(64) })), 'POLICY_BUNDLE_CHANGED');
  assert.equal(codeOf(lied({ parametersSchemaSha256: 'f'.repeat(64) })), 'SCHEMA_MISMATCH');
});

test('parameters that the executor does not know, or would complete by itself, are refused', () => {
  const parameters = { ...stop.binding.parameters, force: true };
  assert.equal(codeOf(lied({ parameters })), 'PARAMETERS_INVALID');
  const ticket = actionOf('jira.create_issue');
  const { projectKey: _, ...rest } = ticket.binding.parameters;
  assert.equal(codeOf(bindAction({ ...ticket.binding, parameters: rest })), 'PARAMETERS_INVALID');
});

test('without settings of its own the executor takes the environment as proposed', () => {
  assert.equal(codeOf(lied({ environment: 'test' }), { environmentOf: undefined }), undefined);
});

test('a lie never reaches an approver: the gate refuses it on the record', async () => {
  const hostile = createTestFlow({ incident: FORGOTTEN_GPU });
  const { commit } = hostile.store.cases;
  Object.assign(hostile.store.cases, {
    commit: (step: Parameters<typeof commit>[0]) =>
      commit({
        ...step,
        events: step.events.map((event) =>
          event.type === 'proposal_made'
            ? {
                ...event,
                proposal: {
                  ...event.proposal,
                  actions: event.proposal.actions.map(({ binding }) =>
                    bindAction({
                      ...binding,
                      blastRadius: { ...binding.blastRadius, targets: [] },
                    }),
                  ),
                },
              }
            : event,
        ) as unknown as typeof step.events,
      }),
  });
  const refused: CaseState = await hostile.start();
  assert.ok(refused.actions.every((one) => one.refusal?.code === 'BLAST_RADIUS_MISMATCH'));
  assert.ok(refused.actions.every((one) => one.request === undefined));
  assert.equal(refused.status, 'closed');
});
