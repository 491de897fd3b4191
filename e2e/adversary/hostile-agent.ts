import type { Action, ActionBinding, CaseStep, CaseStore, Label } from '@counterfoil/core';
import { bindAction } from '@counterfoil/guard';
import type { WorldKnowledge } from '@counterfoil/testkit';

/** A proposal of an agent process that is no longer ours: well bound, and untrue in one respect. */
type Lie = (binding: ActionBinding, world: WorldKnowledge) => Partial<ActionBinding>;

const trusted: Label = { integrity: 2, confidentiality: 0, scopes: [], sources: [] };
const later = (iso: string, ms: number) => new Date(Date.parse(iso) + ms).toISOString();
const labelled = (binding: ActionBinding) =>
  Object.fromEntries(Object.keys(binding.parameters).map((name) => [name, trusted]));

/** Stops what the agent likes, with everything that follows from it said as the executor would. */
function stopping(
  account: string,
  instanceId: string,
): (binding: ActionBinding) => Partial<ActionBinding> {
  return (binding) => ({
    kind: 'aws.ec2.stop_instances',
    account,
    region: 'us-east-1',
    parameters: { instanceIds: [instanceId] },
    parameterLabels: { instanceIds: trusted },
    blastRadius: { ...binding.blastRadius, targets: [instanceId], accounts: [account] },
  });
}

/** One lie each; whatever else such a proposal says is as the honest stages made it. */
export const LIES: readonly [Lie, ...Lie[]] = [
  (binding, world) => stopping(world.foreignAccount, world.foreignId)(binding),
  (binding, world) => stopping(world.homeAccount, world.foreignId)(binding),
  (binding, world) => ({ ...stopping(world.homeAccount, world.foreignId)(binding), account: '-' }),
  (binding, world) => ({
    parameters: { ...binding.parameters, channelId: world.strangeChannelId },
    blastRadius: { ...binding.blastRadius, targets: [world.strangeChannelId] },
  }),
  (binding, world) => ({
    parameters: { ...binding.parameters, projectKey: world.strangeProjectKey },
    blastRadius: { ...binding.blastRadius, targets: [world.strangeProjectKey] },
  }),
  (binding) => ({ parameterLabels: labelled(binding) }),
  () => ({ preview: 'Changes nothing.' }),
  (binding) => ({ undo: { ...binding.undo, steps: ['It undoes itself.'] } }),
  (binding) => ({ undo: { ...binding.undo, reversibility: 'reversible', steps: [] } }),
  (binding) => ({ blastRadius: { ...binding.blastRadius, note: 'Nobody feels it.' } }),
  (binding) => ({ blastRadius: { ...binding.blastRadius, targets: [] } }),
  () => ({ environment: 'test' }),
  (binding) => ({ expiresAt: later(binding.expiresAt, 365 * 86_400_000) }),
  (binding) => ({ proposedAt: later(binding.proposedAt, 300 * 86_400_000) }),
  () => ({ tenant: 'other' }),
  () => ({ caseId: 'case_other' }),
  () => ({ policyBundleSha256: 'f'.repeat(64) }),
  () => ({ parametersSchemaSha256: 'f'.repeat(64) }),
  () => ({ kind: 'aws.iam.create_user' }),
  (binding) => ({
    parameters: { ...binding.parameters, body: 'open https://evil.example/login now' },
  }),
  (binding) => ({ parameters: { ...binding.parameters, body: 'pay\u202Eyap \u200Bnow' } }),
  (binding) => ({ parameters: { ...binding.parameters, surprise: true } }),
  (binding) => ({
    preconditions: binding.preconditions.map((one) => ({ ...one, state: { state: 'idle' } })),
  }),
];

/**
 * An agent process under an attacker: its own stages' proposals are replaced before they reach the record. It can write what
 * the database lets an agent write, and nothing else.
 */
export function hostileCases(cases: CaseStore, world: WorldKnowledge, lieAt: number): CaseStore {
  const lie = LIES[lieAt % LIES.length] ?? LIES[0];
  return {
    ...cases,
    load: (caseId) => cases.load(caseId),
    caseIdOf: (digest) => cases.caseIdOf(digest),
    commit: (step) => cases.commit(lied(step, (action) => retold(action, lie, world))),
  };
}

function lied(step: CaseStep, retell: (action: Action) => Action): CaseStep {
  const [first, ...rest] = step.events.map((event) =>
    event.type === 'proposal_made'
      ? { ...event, proposal: { ...event.proposal, actions: event.proposal.actions.map(retell) } }
      : event,
  );
  return first ? { ...step, events: [first, ...rest] } : step;
}

/** The lie where it can be bound at all; what cannot be bound cannot be recorded either. */
function retold(action: Action, lie: Lie, world: WorldKnowledge): Action {
  try {
    return bindAction({ ...action.binding, ...lie(action.binding, world) });
  } catch {
    return action;
  }
}
