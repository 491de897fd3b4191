import {
  invariant,
  isEligible,
  type ActionBinding,
  type ApprovalRequest,
  type ApprovalRequirement,
  type Digest,
  type Grant,
  type KillState,
  type PolicyDecision,
  type ValidReview,
} from '@counterfoil/core';
import { openBinding } from '../binding/bind.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';
import type { ApproverRegistry } from '../trust/registry.ts';
import {
  resolveReviews,
  reviewsIn,
  validReviews,
  type ProvenLeaf,
  type SubmittedReview,
} from './logged-review.ts';

/** Why an action may not run, in order of precedence: the first that applies is the answer. */
export const REFUSAL_CODES = [
  'KILLED',
  'DIGEST_MISMATCH',
  'TENANT_MISMATCH',
  'BINDING_EXPIRED',
  'POLICY_BUNDLE_CHANGED',
  'POLICY_DENIED',
  'REQUEST_MISSING',
  'REQUEST_MISMATCH',
  'APPROVAL_DENIED',
  'APPROVAL_EXPIRED',
  'NOT_APPROVED',
  'NOT_LOGGED',
  'APPROVAL_INSUFFICIENT',
] as const;

/** One of {@link REFUSAL_CODES}. */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Evidence of people, as the gate wants to hear it. */
export interface ApprovalEvidence {
  readonly people: number;
  readonly assurance: ApprovalRequirement['assurance'];
}

/** Everything that the verdict rests on; nothing is fetched. */
export interface AuthoriseInput {
  readonly bindingText: string;
  readonly digest: Digest;
  /** Tenant of the trust file. */
  readonly tenant: string;
  /** Hash of the policy bundle that is loaded here. */
  readonly policyBundleSha256: string;
  /**
   * The executor's own gate over this binding: asked first without evidence, and again with the evidence of the reviews
   * that hold. It must be pure.
   */
  readonly decide: (approval?: ApprovalEvidence) => PolicyDecision;
  /** Null where none was made. */
  readonly request: ApprovalRequest | null;
  readonly reviews: readonly SubmittedReview[];
  /** The leaves of those reviews, each shown by `proveEntry` to be under a witnessed checkpoint. */
  readonly reviewLeaves: readonly ProvenLeaf[];
  readonly registry: ApproverRegistry;
  readonly killState: KillState;
  readonly nowMs: number;
  /** At most 15 minutes. */
  readonly grantTtlMs: number;
}

/** Outcome of {@link authorise}. */
export type Authorisation =
  | { readonly type: 'granted'; readonly grant: Grant }
  | { readonly type: 'refused'; readonly code: RefusalCode; readonly reason: string };

/** Longest life of a grant. */
export const GRANT_TTL_MAX_MS = 15 * 60_000;

/**
 * The only maker of grants. Checks, from the bytes up, that this very action may run now: no kill stands, the text has the
 * digest, nothing expired, the policies are those it was proposed under and say yes, and the people whom policy asks for
 * have approved it with signatures that hold, logged under a witnessed checkpoint.
 */
export function authorise(input: AuthoriseInput): Authorisation {
  invariant(
    input.grantTtlMs > 0 && input.grantTtlMs <= GRANT_TTL_MAX_MS,
    'a grant lives at most 15 minutes',
  );
  if (input.killState.status !== 'off') {
    return refused('KILLED', `stopped: ${input.killState.kills[0]?.reason ?? 'kill switch'}`);
  }
  let binding: ActionBinding;
  try {
    binding = openBinding(input.bindingText, input.digest);
  } catch (error) {
    return refused('DIGEST_MISMATCH', error instanceof Error ? error.message : 'unreadable');
  }
  if (binding.tenant !== input.tenant) {
    return refused('TENANT_MISMATCH', `the action is of tenant ${binding.tenant}`);
  }
  if (!(input.nowMs < Date.parse(binding.expiresAt))) {
    return refused('BINDING_EXPIRED', `the proposal ended at ${binding.expiresAt}`);
  }
  const decision = input.decide();
  const bundles = [decision.policyBundleSha256, binding.policyBundleSha256];
  if (bundles.some((sha256) => sha256 !== input.policyBundleSha256)) {
    return refused('POLICY_BUNDLE_CHANGED', 'the policies are not those it was proposed under');
  }
  if (decision.type === 'deny') return refused('POLICY_DENIED', decision.reason);
  if (decision.type === 'allow') {
    const { policyIds } = decision;
    return granted(input, binding, { approvedBy: [], policyIds, approvalLogIndexes: [] });
  }
  return authoriseByPeople(input, binding, decision.requirement);
}

function authoriseByPeople(
  input: AuthoriseInput,
  binding: ActionBinding,
  requirement: ApprovalRequirement,
): Authorisation {
  const { request, digest, nowMs, registry } = input;
  if (!request) return refused('REQUEST_MISSING', 'nobody was asked to approve it');
  const asked = [request.digest, request.caseId, request.actionId, request.requirement];
  const due = [digest, binding.caseId, binding.actionId, requirement];
  if (canonicalJson(asked) !== canonicalJson(due)) {
    return refused('REQUEST_MISMATCH', 'people were asked something else');
  }
  const verdict = (reviews: readonly { readonly review: ValidReview }[]) =>
    resolveReviews(
      request,
      binding,
      reviews.map(({ review }) => review),
      nowMs,
    );
  const resolution = verdict(validReviews(digest, input.reviews, registry));
  if (resolution.type === 'denied') {
    return refused('APPROVAL_DENIED', `denied by ${resolution.by}: ${resolution.reason}`);
  }
  if (resolution.type === 'expired') {
    return refused('APPROVAL_EXPIRED', `no answer by ${request.deadlineAt}`);
  }
  if (resolution.type === 'pending') {
    return refused('NOT_APPROVED', `${resolution.approvalsMissing} approvals are missing`);
  }
  const logged = validReviews(digest, input.reviewLeaves.flatMap(reviewsIn), registry);
  const proven = verdict(logged);
  if (proven.type !== 'approved') {
    return refused('NOT_LOGGED', 'the approvals are not in the witnessed log');
  }
  const { by: approvedBy } = proven;
  const counted = logged.filter(
    ({ review }) => approvedBy.includes(review.personId) && isEligible(request, review),
  );
  const isStrong = counted.every(({ review }) => review.assurance === 'passkey');
  const assurance = isStrong ? 'passkey' : 'key';
  const decision = input.decide({ people: approvedBy.length, assurance });
  if (decision.type !== 'allow' || decision.policyBundleSha256 !== input.policyBundleSha256) {
    return refused('APPROVAL_INSUFFICIENT', 'the policies ask for more than these approvals');
  }
  const approvalLogIndexes = counted.map(({ index }) => index);
  const { policyIds } = decision;
  return granted(input, binding, { approvedBy, policyIds, approvalLogIndexes });
}

function granted(
  input: AuthoriseInput,
  binding: ActionBinding,
  evidence: Pick<Grant, 'approvedBy' | 'policyIds' | 'approvalLogIndexes'>,
): Authorisation {
  const endMs = Math.min(input.nowMs + input.grantTtlMs, Date.parse(binding.expiresAt));
  const grantedAt = new Date(input.nowMs).toISOString();
  const expiresAt = new Date(endMs).toISOString();
  return { type: 'granted', grant: { digest: input.digest, ...evidence, grantedAt, expiresAt } };
}

function refused(code: RefusalCode, reason: string): Authorisation {
  return { type: 'refused', code, reason };
}
