import type {
  ActionPerformer,
  ActionPlanner,
  AskedQuestion,
  CaseStore,
  Clock,
  Digest,
  ExcludedAuthor,
  KillStore,
  RecordedEnrolment,
  ReviewStore,
  ShadowAnswer,
} from '@counterfoil/core';
import type { PolicyBundle } from '@counterfoil/guard';
import type { Control } from '../proposal/control.ts';
import type { ActionRegistry } from '../registry/registry.ts';
import type { BindingRules } from './check-binding.ts';
import type { GateSources } from './gate-facts.ts';
import type { ProofDependencies } from './proofs.ts';

/** Everything that the executor decides upon. Trust, policies and performers are its own; nothing comes from the agent. */
export interface ExecuteDependencies extends ProofDependencies {
  readonly cases: CaseStore;
  readonly reviews: ReviewStore;
  readonly kills: KillStore;
  /** Enrolments exactly as submitted; the guard judges them. */
  readonly enrolments: () => Promise<readonly RecordedEnrolment[]>;
  readonly performers: ActionRegistry<ActionPerformer>;
  /** The executor's own, over its own reads: what a proposal says of itself is compared with what they say. */
  readonly planners: ActionRegistry<ActionPlanner>;
  /** Who may choose in the agent's release, by the executor's own settings. */
  readonly control?: Control;
  /** The policies in effect, read and verified afresh. */
  readonly policies: () => Promise<ActivePolicies>;
  /** What the policies are told besides the binding. */
  readonly sources: GateSources;
  /** Told of each answer of the policies, and of a second bundle's to the same question. Nothing depends on it. */
  readonly onAnswered?: (answered: AnsweredQuestion) => Promise<void>;
  readonly clock: Clock;
  readonly grantTtlMs: number;
  /** After this time a call whose sender died, or whose answer was lost, can no longer arrive outside. */
  readonly callSettleMs: number;
  /** Longest time that a proposal may be approved and executed. */
  readonly approvalTtlMs: number;
  /** Environment of an account by the executor's own settings; absent where it was given none. */
  readonly environmentOf?: (account: string) => string;
  /** Told of an action that a kill stopped; it stays approved and is tried again when the kill is lifted. */
  readonly onParked?: (digest: Digest) => void;
}

/** A question that was answered, for those who want to know why. */
export interface AnsweredQuestion extends AskedQuestion {
  readonly caseId: string;
  readonly shadow: ShadowAnswer | null;
}

/** The policies in effect, by signatures that the executor itself has verified. */
export interface ActivePolicies {
  readonly bundle: PolicyBundle;
  /** Authors of policies that are new, who may not approve. */
  readonly authors: readonly ExcludedAuthor[];
  /** Asked beside it without any effect; null where there is none. */
  readonly shadow: PolicyBundle | null;
}

/** What the executor holds a proposal against. */
export function bindingRulesOf(
  dependencies: ExecuteDependencies,
  { bundle }: Pick<ActivePolicies, 'bundle'>,
): BindingRules {
  const { trust, approvalTtlMs, environmentOf } = dependencies;
  return { tenant: trust.tenant, policyBundleSha256: bundle.sha256, approvalTtlMs, environmentOf };
}
