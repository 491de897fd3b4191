import type { Digest } from '../proposal/action.ts';
import type { PolicyDecision } from './decision.ts';
import type { PolicyQuestion } from './policy-question.ts';

/** What people sign to change the policies: the author proposes, others approve, each over all of it. */
export interface PolicyChangeStatement {
  readonly v: 1;
  readonly act: 'propose' | 'approve';
  /** Given by the author; the same change is never put into effect twice. */
  readonly changeId: string;
  readonly bundleSha256: string;
  /** The bundle that must be in effect when this one takes its place. */
  readonly replacesSha256: string;
  /** At or after this time nothing of the change may be approved or put into effect. */
  readonly expiresAt: string;
  readonly personId: string;
  readonly keyId: string;
  readonly signedAt: string;
  readonly comment: string;
}

/** One act of changing the policies, as recorded. Whether it holds is for the guard to say. */
export type RecordedPolicyAct =
  | { readonly type: 'proposed' | 'approved'; readonly signed: unknown; readonly atMs: number }
  | { readonly type: 'activated'; readonly changeId: string; readonly atMs: number };

/** A person who may not approve anything until a time: the author of policies that are new. */
export interface ExcludedAuthor {
  readonly personId: string;
  readonly untilMs: number;
}

/** A second bundle that is asked beside the one in effect, without any effect. */
export interface ShadowAnswer {
  readonly digest: Digest;
  readonly shadowSha256: string;
  readonly policyBundleSha256: string;
  readonly answered: string;
  readonly shadowAnswered: string;
}

/** A question that the gate put to the policies, with their answer. */
export interface AskedQuestion {
  readonly digest: Digest;
  readonly question: PolicyQuestion;
  readonly decision: PolicyDecision;
}
