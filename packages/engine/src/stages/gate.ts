import {
  questionOf,
  type ActionState,
  type ApprovalRequest,
  type CaseEvent,
  type CaseState,
  type Digest,
  type GateRequest,
  type JobDraft,
  type PolicyDecision,
  type ShadowAnswer,
} from '@counterfoil/core';
import { decide, type PolicyBundle } from '@counterfoil/guard';
import { closeWhenSettled, commitStep } from '../durable/commit-step.ts';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';
import { checkBinding } from '../execution/check-binding.ts';
import { checkPlan } from '../execution/check-plan.ts';
import {
  bindingRulesOf,
  type ActivePolicies,
  type AnsweredQuestion,
  type ExecuteDependencies,
} from '../execution/dependencies.ts';
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
      let answered: readonly AnsweredQuestion[] = [];
      const committed = await commitStep(cases, caseId, async (state) => {
        const undecided = state.actions.filter(
          (one) => one.status === 'proposed' && one.decision === undefined,
        );
        const steps: DecidedAction[] = [];
        const policies = await dependencies.policies();
        for (const one of undecided) {
          steps.push(await decideOne(dependencies, policies, state, one));
        }
        answered = steps.flatMap((step) => step.answered ?? []);
        const [first, ...rest] = steps.flatMap((step) => step.events);
        if (!first) return null;
        return {
          events: closeWhenSettled(state, [first, ...rest]),
          jobs: steps.flatMap((step) => step.jobs),
        };
      });
      if (committed === null) return;
      for (const one of answered) await dependencies.onAnswered?.(one);
    });
  };
}

interface DecidedAction {
  readonly events: readonly CaseEvent[];
  readonly jobs: readonly JobDraft[];
  readonly answered?: AnsweredQuestion;
}

async function decideOne(
  dependencies: ExecuteDependencies,
  policies: ActivePolicies,
  state: CaseState,
  entry: ActionState,
): Promise<DecidedAction> {
  const { performers, planners, sources, clock } = dependencies;
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
    checkBinding(action, declaration, state, bindingRulesOf(dependencies, policies)) ??
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
  const request = { binding, declaration, facts, nowMs };
  const decision = decide(policies.bundle, request);
  const answered = {
    ...{ caseId: state.caseId, digest, question: questionOf(request), decision },
    shadow: shadowOf(policies.shadow, request, { digest, decision }),
  };
  const decided: CaseEvent = { type: 'policy_decided', digest, decision };
  const deadline = nextJob.deadline(digest, binding.expiresAt);
  switch (decision.type) {
    case 'deny':
      return { events: [decided], jobs: [], answered };
    case 'allow':
      return { events: [decided], jobs: [nextJob.execute(digest), deadline], answered };
    case 'require_approval': {
      const asked: ApprovalRequest = {
        digest,
        caseId: state.caseId,
        actionId: binding.actionId,
        requirement: decision.requirement,
        excluded: [...new Set([binding.proposer, binding.onBehalfOf])],
        requestedAt: new Date(nowMs).toISOString(),
        deadlineAt: binding.expiresAt,
      };
      return {
        events: [decided, { type: 'approval_requested', request: asked }],
        jobs: [deadline],
        answered,
      };
    }
  }
}

/** What a second bundle answers to the same request; it has no effect. */
function shadowOf(
  bundle: PolicyBundle | null,
  request: GateRequest,
  { digest, decision }: { readonly digest: Digest; readonly decision: PolicyDecision },
): ShadowAnswer | null {
  if (!bundle) return null;
  return {
    digest,
    shadowSha256: bundle.sha256,
    policyBundleSha256: decision.policyBundleSha256,
    answered: answerText(decision),
    shadowAnswered: answerText(decide(bundle, request)),
  };
}

/** A decision in one line: type, whom it asks, and the rules. */
function answerText(decision: PolicyDecision): string {
  const rules = decision.policyIds.join(' ');
  if (decision.type !== 'require_approval') return `${decision.type}: ${rules}`;
  const { roles, quorum, assurance } = decision.requirement;
  return `${decision.type} ${quorum} ${assurance} of ${roles.join('|')}: ${rules}`;
}
