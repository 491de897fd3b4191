import {
  type ActionState,
  type ApprovalRequest,
  type CaseEvent,
  type CaseState,
  type JobDraft,
} from '@counterfoil/core';
import { decide } from '@counterfoil/guard';
import { closeWhenSettled, commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';
import { checkBinding } from '../execution/check-binding.ts';
import { checkPlan } from '../execution/check-plan.ts';
import { bindingRulesOf, type ExecuteDependencies } from '../execution/dependencies.ts';
import { readGateFacts } from '../execution/gate-facts.ts';
import { haltOnIntegrityError } from '../execution/halt.ts';
import { openJournaled } from '../execution/open-journaled.ts';
import { performContextOf } from '../execution/perform-context.ts';

/**
 * Proposal → one decision for each action: run, ask people, or refuse. Runs in the executor, by its own policies and its own
 * declaration of the action kind (docs/decisions/2026-11-25-who-decides-where.md).
 */
export function createGate(dependencies: ExecuteDependencies): StageHandler {
  const { cases } = dependencies;
  return async (payload) => {
    const caseId = payloadField(payload, 'caseId');
    await haltOnIntegrityError(dependencies, caseId, async () => {
      await commitStep(cases, caseId, async (state) => {
        const undecided = state.actions.filter(
          (one) => one.status === 'proposed' && one.decision === undefined,
        );
        const steps: DecidedAction[] = [];
        for (const one of undecided) steps.push(await decideOne(dependencies, state, one));
        const [first, ...rest] = steps.flatMap((step) => step.events);
        if (!first) return null;
        return {
          events: closeWhenSettled(state, [first, ...rest]),
          jobs: steps.flatMap((step) => step.jobs),
        };
      });
    });
  };
}

interface DecidedAction {
  readonly events: readonly CaseEvent[];
  readonly jobs: readonly JobDraft[];
}

async function decideOne(
  dependencies: ExecuteDependencies,
  state: CaseState,
  entry: ActionState,
): Promise<DecidedAction> {
  const { performers, planners, bundle, sources, clock } = dependencies;
  const action = openJournaled(entry);
  const { binding, digest } = action;
  const declaration = performers.get(binding.kind);
  const refuse = (code: string, reason: string): DecidedAction => ({
    events: [{ type: 'effect_refused', digest, code, reason }],
    jobs: [],
  });
  if (!declaration) {
    return refuse('ACTION_KIND_UNKNOWN', `the executor has no connection for ${binding.kind}`);
  }
  const problem =
    checkBinding(action, declaration, state, bindingRulesOf(dependencies)) ??
    (await checkPlan(binding, performContextOf(action, state.signal.scopeAccounts), {
      planner: planners.get(binding.kind),
      control: dependencies.control,
    }));
  if (problem) return refuse(problem.code, problem.reason);
  const nowMs = clock.nowMs();
  // Proposing goes on under the kill switch: what it stops are effects, and the executor asks again before each.
  const facts = await readGateFacts(
    sources,
    { digest, binding, declaration, state },
    { nowMs, killed: false, limits: 'look' },
  );
  const decision = decide(bundle, { binding, declaration, facts, nowMs });
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
