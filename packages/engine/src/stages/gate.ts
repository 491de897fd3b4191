import {
  type ActionPerformer,
  type ActionState,
  type ApprovalRequest,
  type CaseEvent,
  type CaseState,
  type CaseStore,
  type Clock,
  type JobDraft,
} from '@counterfoil/core';
import { decide, type AutonomyLevel, type PolicyBundle } from '@counterfoil/guard';
import { closeWhenSettled, commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';
import type { ActionRegistry } from '../registry/registry.ts';

export interface GateDependencies {
  readonly cases: CaseStore;
  readonly performers: ActionRegistry<ActionPerformer>;
  readonly bundle: PolicyBundle;
  readonly autonomy: AutonomyLevel;
  readonly clock: Clock;
}

/**
 * Proposal → one decision for each action: run, ask people, or refuse. Runs in the executor, by its own policies and its own
 * declaration of the action kind (docs/decisions/2026-11-25-who-decides-where.md).
 */
export function createGate(dependencies: GateDependencies): StageHandler {
  const { cases } = dependencies;
  return async (payload) => {
    const caseId = payloadField(payload, 'caseId');
    await commitStep(cases, caseId, (state) => {
      const undecided = state.actions.filter(
        (one) => one.status === 'proposed' && one.decision === undefined,
      );
      const steps = undecided.map((one) => decideOne(dependencies, state, one));
      const [first, ...rest] = steps.flatMap((step) => step.events);
      if (!first) return null;
      return {
        events: closeWhenSettled(state, [first, ...rest]),
        jobs: steps.flatMap((step) => step.jobs),
      };
    });
  };
}

interface DecidedAction {
  readonly events: readonly CaseEvent[];
  readonly jobs: readonly JobDraft[];
}

function decideOne(
  { performers, bundle, autonomy, clock }: GateDependencies,
  state: CaseState,
  { action }: ActionState,
): DecidedAction {
  const { binding, digest } = action;
  const declaration = performers.get(binding.kind);
  if (!declaration) {
    const reason = `the executor has no connection for ${binding.kind}`;
    const code = 'ACTION_KIND_UNKNOWN';
    return { events: [{ type: 'effect_refused', digest, code, reason }], jobs: [] };
  }
  const nowMs = clock.nowMs();
  const decision = decide(bundle, {
    binding,
    declaration,
    complete: state.conclusion?.completeness.complete ?? false,
    // Proposing goes on under the kill switch: what it stops are effects, and the executor asks again before each.
    killed: false,
    scopeAccounts: state.signal.scopeAccounts,
    autonomy,
    nowMs,
  });
  const decided: CaseEvent = { type: 'policy_decided', digest, decision };
  const deadline = nextJob.deadline(digest, binding.expiresAt);
  switch (decision.type) {
    case 'deny':
      return { events: [decided], jobs: [] };
    case 'allow':
      return { events: [decided], jobs: [nextJob.execute(digest), deadline] };
    case 'require_approval': {
      const request: ApprovalRequest = {
        digest,
        caseId: state.caseId,
        actionId: binding.actionId,
        requirement: decision.requirement,
        excluded: [...new Set([binding.proposer, binding.onBehalfOf])],
        requestedAt: new Date(nowMs).toISOString(),
        deadlineAt: binding.expiresAt,
      };
      return { events: [decided, { type: 'approval_requested', request }], jobs: [deadline] };
    }
  }
}
