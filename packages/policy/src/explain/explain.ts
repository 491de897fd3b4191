import type { PolicyDecision, PolicyQuestion } from '@counterfoil/core';
import { answerQuestion, type PolicyBundle } from '@counterfoil/guard';
import { findChanges, type AnswerChange } from './find-changes.ts';

/** Why the policies answer as they do, and what would change it. */
export interface Explanation {
  readonly question: PolicyQuestion;
  readonly decision: PolicyDecision;
  /** The rules that caused the answer, each with what it says of itself. */
  readonly rules: readonly { readonly policyId: string; readonly doc: string }[];
  /** Empty where the answer is the best there is, or where no change of one or two attributes makes it better. */
  readonly changes: readonly AnswerChange[];
}

/** Explains the answer of a bundle to a question. Nothing is recorded. */
export function explain(bundle: PolicyBundle, question: PolicyQuestion): Explanation {
  const decision = answerQuestion(bundle, question, ['explain']);
  const docs = new Map(bundle.policies.map(({ id, doc }) => [id, doc]));
  return {
    question,
    decision,
    rules: decision.policyIds.map((policyId) => ({ policyId, doc: docs.get(policyId) ?? '' })),
    changes: findChanges(bundle, question),
  };
}
