import {
  IntegrityError,
  invariant,
  PlatformError,
  type Action,
  type ActionPlan,
  type ActionPlanner,
  type CaseState,
  type CaseStore,
  type Clock,
  type Conclusion,
  type Json,
  type JsonObject,
  type NewId,
  type Proposal,
  type Signal,
} from '@counterfoil/core';
import type { Catalogue } from '../causes/catalogue.ts';
import { closeWhenSettled, commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';
import type { Wait } from '../durable/wait.ts';
import { labelOfReference } from '../handles/reference-labels.ts';
import { gapNames } from '../investigation/conclude.ts';
import { choiceOf } from '../investigation/choice.ts';
import { factsOf, fill, referencesOf } from '../investigation/references.ts';
import { render } from '../investigation/render.ts';
import { bind, placeOf, type ActionPlace, type ProposalIdentity } from '../proposal/bind.ts';
import { underControl, type Control } from '../proposal/control.ts';
import {
  newInstanceTargets,
  messageOf,
  proposalReferences,
  type CaseMessage,
} from '../proposal/message.ts';
import { savingPerDay } from '../proposal/saving.ts';
import type { ActionRegistry } from '../registry/registry.ts';

export interface ProposeDependencies {
  /** Who may have chosen: a model's hand on the controls lowers the integrity of every parameter to 1. */
  readonly control?: Control;
  readonly cases: CaseStore;
  readonly planners: ActionRegistry<ActionPlanner>;
  readonly catalogue: Catalogue;
  readonly identity: ProposalIdentity;
  /** The change record that a person attached to the account and kind; absent where nobody can. */
  readonly changeIdOf?: (account: string, kind: string) => Promise<string | null>;
  /** Hash of the policies that were put into effect since; null where the identity's still are. */
  readonly newestPolicies?: () => Promise<string | null>;
  readonly approvalTtlMs: number;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly wait: Wait;
}

/** Conclusion → proposal: the actions that the cause calls for, each previewed and bound to its digest. */
export function createPropose(dependencies: ProposeDependencies): StageHandler {
  return async (payload) => {
    const caseId = payloadField(payload, 'caseId');
    await commitStep(dependencies.cases, caseId, async (state) => {
      if (state.status !== 'proposing') return null;
      const newest = await dependencies.newestPolicies?.();
      const identity = newest
        ? { ...dependencies.identity, policyBundleSha256: newest }
        : dependencies.identity;
      const proposal = await propose({ ...dependencies, identity }, state);
      return {
        events: closeWhenSettled(state, [{ type: 'proposal_made', proposal }]),
        jobs: proposal.actions.length > 0 ? [nextJob.gate(caseId)] : [],
      };
    });
  };
}

/** What is known when an action is considered. */
interface Setting {
  readonly state: CaseState;
  readonly conclusion: Conclusion;
  readonly references: ReadonlyMap<string, Json>;
  readonly instanceIds: readonly string[];
}

type Considered =
  | { readonly type: 'action'; readonly action: Action }
  | { readonly type: 'withheld'; readonly kind: string; readonly reason: string };

async function propose(dependencies: ProposeDependencies, state: CaseState): Promise<Proposal> {
  const { catalogue } = dependencies;
  const { conclusion, signal } = state;
  invariant(conclusion, `case ${state.caseId} proposes without a conclusion`);
  const playbook = catalogue.playbookFor(signal);
  const cause = catalogue.causes.find((one) => one.id === conclusion.causeId);
  invariant(cause, `case ${state.caseId} concluded ${conclusion.causeId}, which is no cause`);
  const choice = choiceOf(state.observations);
  const facts = factsOf(signal, state.observations);
  const remarks = (choice?.phrases ?? []).flatMap((id) => {
    const phrase = playbook.phrases.find((one) => one.id === id);
    return phrase ? [render(phrase.text, facts)] : [];
  });
  const message = messageOf({
    ...{ caseId: state.caseId, signal, conclusion, remarks },
    causeTitle: cause.title,
  });
  const setting = settingOf(state, conclusion, message);
  const considered: Considered[] = [];
  for (const [position, kind] of cause.actions.entries()) {
    const isOffered = !choice || choice.actions.some((action) => action.kind === kind);
    // A model may hold back a change of the cloud, not the news of a finding.
    if (!isOffered && dependencies.planners.get(kind)?.class === 'cloud') {
      considered.push({ type: 'withheld', kind, reason: 'the investigator did not choose it' });
      continue;
    }
    const template = playbook.actions.find((action) => action.kind === kind)?.parameters ?? {};
    const actionId = `${state.caseId}-${position + 1}`;
    considered.push(await consider(dependencies, setting, { kind, template, actionId }));
  }
  for (const { kind, reason } of cause.mustNot) considered.push({ type: 'withheld', kind, reason });
  return {
    caseId: state.caseId,
    actions: considered.flatMap((one) => (one.type === 'action' ? [one.action] : [])),
    withheld: considered.flatMap((one) =>
      one.type === 'withheld' ? [{ kind: one.kind, reason: one.reason }] : [],
    ),
  };
}

function settingOf(state: CaseState, conclusion: Conclusion, message: CaseMessage): Setting {
  const { signal } = state;
  const facts = factsOf(signal, state.observations);
  const investigated = referencesOf(signal, facts);
  const candidates = (investigated.get('root.instanceIds') ?? []) as readonly string[];
  const instanceIds = newInstanceTargets(facts, candidates);
  const references = new Map([...investigated, ...proposalReferences(message, instanceIds)]);
  return { state, conclusion, references, instanceIds };
}

interface Candidate {
  readonly kind: string;
  readonly template: Readonly<Record<string, Json>>;
  readonly actionId: string;
}

/** An action, or the reason why it is not offered. A reason never stops the other actions. */
async function consider(
  dependencies: ProposeDependencies,
  setting: Setting,
  { kind, template, actionId }: Candidate,
): Promise<Considered> {
  const withhold = (reason: string): Considered => ({ type: 'withheld', kind, reason });
  const { conclusion, state } = setting;
  const { complete, gaps } = conclusion.completeness;
  const planner = dependencies.planners.get(kind);
  if (!planner) return withhold('it is not configured here');
  const place = placeOf(planner, conclusion.rootCauses);
  if (planner.class === 'cloud' && !complete) {
    return withhold(`the conclusion is incomplete (${gapNames(gaps)})`);
  }
  if (planner.class === 'cloud' && !state.signal.scopeAccounts.includes(place.account)) {
    return withhold(`account ${place.account} is outside the scope of the case`);
  }
  if (planner.class === 'cloud' && !isFromTrustedReads(template, state.signal)) {
    return withhold('a parameter of it may have been typed by somebody');
  }
  const filled = fill(template, setting.references);
  if (!filled) return withhold('no trusted read returned a target for it');
  try {
    const parameters = planner.parse(filled);
    const targets = planner.targets(parameters);
    if (targets.length > planner.targetsMax) {
      return withhold(`${targets.length} targets are more than the ${planner.targetsMax} allowed`);
    }
    const plan = await planWithRetry(dependencies, planner, { parameters, place, state });
    const { identity, approvalTtlMs, clock, newId } = dependencies;
    const isCloud = planner.class === 'cloud';
    const changeId = isCloud
      ? ((await dependencies.changeIdOf?.(place.account, kind)) ?? null)
      : null;
    const action = bind(identity, {
      actionId,
      caseId: state.caseId,
      planner,
      parameters,
      plan: underControl(plan, dependencies.control),
      place,
      approvalTtlMs,
      perDay: isCloud ? savingPerDay(conclusion.rootCauses, setting.instanceIds) : null,
      changeId,
      nowMs: clock.nowMs(),
      nonce: newId('nonce'),
    });
    return { type: 'action', action };
  } catch (error) {
    if (!(error instanceof PlatformError) || error instanceof IntegrityError) throw error;
    return withhold(`it could not be prepared: ${error.code}, ${error.message}`);
  }
}

/** Whatever changes the cloud is filled from what trusted, in-scope reads returned, and from closed values of the playbook. */
function isFromTrustedReads(template: Candidate['template'], signal: Signal): boolean {
  return Object.values(template).every((value) => {
    if (typeof value !== 'string' || !value.startsWith('$')) return true;
    return labelOfReference(value.slice(1), signal).integrity === 2;
  });
}

const TRIES_MAX = 3;
const BACKOFF_MS = 500;

async function planWithRetry(
  { wait }: ProposeDependencies,
  planner: ActionPlanner,
  request: {
    readonly parameters: JsonObject;
    readonly place: ActionPlace;
    readonly state: CaseState;
  },
): Promise<ActionPlan> {
  const { parameters, place, state } = request;
  const { scopeAccounts } = state.signal;
  const context = { account: place.account, region: place.region, scopeAccounts };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await planner.plan(parameters, context);
    } catch (error) {
      const isTransient = error instanceof PlatformError && error.class === 'upstream';
      if (!isTransient || attempt >= TRIES_MAX) throw error;
      await wait(BACKOFF_MS * 2 ** (attempt - 1));
    }
  }
}
