import {
  resolve,
  type ActionBinding,
  type ApprovalRequest,
  type Resolution,
  type ValidReview,
} from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { openPayload, parseEntry, type StoredPayload } from '../log/entry.ts';
import { checkReview } from '../review/review.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

/** A leaf of the log with its payload; the caller has proven with `proveEntry` that it stands at `index`. */
export interface ProvenLeaf extends StoredPayload {
  readonly index: number;
  readonly entryText: string;
}

/** A `review_submitted` entry: where it stands, when it was recorded, and what was submitted. */
export interface SubmittedReview {
  readonly index: number;
  readonly recordedAtMs: number;
  readonly review: unknown;
}

/** A review from the log whose signature holds. */
export interface LoggedReview {
  readonly index: number;
  readonly review: ValidReview;
}

/** The submitted review that a leaf commits to; `null` where it is another kind of entry or its payload is erased. */
export function openReviewLeaf(leaf: ProvenLeaf): SubmittedReview | null {
  const entry = parseEntry(leaf.entryText);
  const payload = openPayload(entry, leaf);
  if (entry.kind !== 'review_submitted' || payload.status !== 'present') return null;
  return { index: leaf.index, recordedAtMs: Date.parse(entry.at), review: payload.value };
}

/** Those among the submitted reviews that are over this digest and hold. */
export function loggedReviews(
  digest: string,
  submitted: readonly SubmittedReview[],
  registry: ApproverRegistry,
): readonly LoggedReview[] {
  return submitted.flatMap(({ index, recordedAtMs, review }) => {
    const check = checkReview(review, recordedAtMs, registry);
    if (check.type === 'invalid' || check.statement.digest !== digest) return [];
    return [{ index, review: check.review }];
  });
}

/** The verdict over a request, as executor and auditor both reach it: the binding's own people are always excluded. */
export function resolveReviews(
  request: ApprovalRequest,
  binding: Pick<ActionBinding, 'proposer' | 'onBehalfOf'>,
  reviews: readonly ValidReview[],
  nowMs: number,
): Resolution {
  const excluded = [...request.excluded, binding.proposer, binding.onBehalfOf];
  return resolve({ ...request, excluded }, reviews, nowMs);
}

/** Whether a request asks people about exactly this binding, for exactly what the policy demands. */
export function isRequestFor(
  request: ApprovalRequest,
  asked: Pick<ApprovalRequest, 'digest' | 'caseId' | 'actionId' | 'requirement'>,
): boolean {
  const { digest, caseId, actionId, requirement } = request;
  const { digest: d, caseId: c, actionId: a, requirement: r } = asked;
  return canonicalJson([digest, caseId, actionId, requirement]) === canonicalJson([d, c, a, r]);
}
