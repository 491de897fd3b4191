import {
  invariant,
  isAsStrict,
  isEligible,
  type ActionBinding,
  type ApprovalEvidence,
  type ApprovalRequest,
  type ApprovalRequirement,
  type Digest,
  type ExcludedAuthor,
  type Grant,
  type KillState,
  type PolicyDecision,
  type Resolution,
  type ValidReview,
} from '@counterfoil/core';
import { openBinding } from '../binding/bind.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { firstUnmet } from '../review/invalid.ts';
import type { ApproverRegistry } from '../trust/registry.ts';
import { resolveReviews, reviewsIn, validReviews } from './logged-review.ts';
import type { ProvenLeaf, SubmittedReview } from './logged-review.ts';

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

/** Everything that the verdict rests on; nothing is fetched. */
export interface AuthoriseInput {
  readonly bindingText: string;
  readonly digest: Digest;
  /** Tenant of the trust file. */
  readonly tenant: string;
  /** Hash of the policy bundle that is loaded here. */
  readonly policyBundleSha256: string;
  /** The executor's own gate, pure: asked without evidence first, and again with that of the reviews that hold. */
  readonly decide: (approval?: ApprovalEvidence) => PolicyDecision;
  /** Null where none was made. */
  readonly request: ApprovalRequest | null;
  readonly reviews: readonly SubmittedReview[];
  /** The leaves of those reviews, each shown by `proveEntry` to be under a witnessed checkpoint. */
  readonly reviewLeaves: readonly ProvenLeaf[];
  readonly registry: ApproverRegistry;
  /** Authors of policies that are new, who may not approve. */
  readonly authors: readonly ExcludedAuthor[];
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
  const { grantTtlMs, killState } = input;
  invariant(grantTtlMs > 0 && grantTtlMs <= GRANT_TTL_MAX_MS, 'a grant lives up to 15 minutes');
  if (killState.status !== 'off') return refused('KILLED', killState.kills[0]?.reason ?? 'killed');
  let binding: ActionBinding;
  try {
    binding = openBinding(input.bindingText, input.digest);
  } catch (error) {
    return refused('DIGEST_MISMATCH', error instanceof Error ? error.message : 'unreadable');
  }
  const decision = input.decide();
  const { policyBundleSha256, nowMs } = input;
  const bundles = [decision.policyBundleSha256, binding.policyBundleSha256];
  const isSameBundle = bundles.every((sha256) => sha256 === policyBundleSha256);
  const problem = firstUnmet<RefusalCode>([
    [binding.tenant === input.tenant, 'TENANT_MISMATCH', `of tenant ${binding.tenant}`],
    [nowMs < Date.parse(binding.expiresAt), 'BINDING_EXPIRED', `ended at ${binding.expiresAt}`],
    [isSameBundle, 'POLICY_BUNDLE_CHANGED', 'the policies are not those it was proposed under'],
  ]);
  if (problem) return refused(problem.code, problem.note);
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
  const asked = [request.digest, request.caseId, request.actionId];
  const due = [digest, binding.caseId, binding.actionId];
  const isSame = canonicalJson(asked) === canonicalJson(due);
  if (!isSame || !isAsStrict(request.requirement, requirement)) {
    return refused('REQUEST_MISMATCH', 'not what was asked');
  }
  const verdict = (reviews: readonly { readonly review: ValidReview }[]) =>
    resolveReviews(
      request,
      { ...binding, authors: input.authors },
      reviews.map(({ review }) => review),
      nowMs,
    );
  const resolution = verdict(validReviews(digest, input.reviews, registry));
  if (resolution.type !== 'approved') return unresolved(resolution);
  const logged = validReviews(digest, input.reviewLeaves.flatMap(reviewsIn), registry);
  const proven = verdict(logged);
  if (proven.type !== 'approved') {
    return refused('NOT_LOGGED', 'not in the witnessed log');
  }
  const { by: approvedBy } = proven;
  const counted = logged.filter(
    ({ review }) => approvedBy.includes(review.personId) && isEligible(request, review),
  );
  const isStrong = counted.every(({ review }) => review.assurance === 'passkey');
  const people = { people: approvedBy.length, assurance: isStrong ? 'passkey' : 'key' } as const;
  const { type, policyIds, policyBundleSha256 } = input.decide(people);
  const isAllowed = type === 'allow' && policyBundleSha256 === input.policyBundleSha256;
  if (!isAllowed) return refused('APPROVAL_INSUFFICIENT', 'the policies ask for more');
  const approvalLogIndexes = counted.map(({ index }) => index);
  return granted(input, binding, { approvedBy, policyIds, approvalLogIndexes });
}

function unresolved(resolution: Exclude<Resolution, { readonly type: 'approved' }>): Authorisation {
  if (resolution.type === 'expired') return refused('APPROVAL_EXPIRED', 'no answer in time');
  if (resolution.type === 'denied') {
    return refused('APPROVAL_DENIED', `denied by ${resolution.by}: ${resolution.reason}`);
  }
  return refused('NOT_APPROVED', `${resolution.approvalsMissing} approvals are missing`);
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
