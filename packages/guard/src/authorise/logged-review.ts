import {
  resolve,
  type ActionBinding,
  type ApprovalRequest,
  type Resolution,
  type ValidReview,
} from '@counterfoil/core';
import { openPayload, parseEntry, type StoredPayload } from '../log/entry.ts';
import { checkReview } from '../review/review.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

/** A leaf of the log with its payload; the caller has proven with `proveEntry` that it stands at `index`. */
export interface ProvenLeaf extends StoredPayload {
  readonly index: number;
  readonly entryText: string;
}

/** A review from the log whose signature holds, recorded when the entry says. */
export interface LoggedReview {
  readonly index: number;
  readonly review: ValidReview;
}

/** The reviews of this digest that hold among the leaves. Throws `IntegrityError` where a payload is not the logged one. */
export function loggedReviews(
  digest: string,
  leaves: readonly ProvenLeaf[],
  registry: ApproverRegistry,
): readonly LoggedReview[] {
  return leaves.flatMap((leaf) => {
    const entry = parseEntry(leaf.entryText);
    const payload = openPayload(entry, leaf);
    if (entry.kind !== 'review_submitted' || payload.status !== 'present') return [];
    const recordedAtMs = Date.parse(entry.at);
    return validReviews(digest, [{ review: payload.value, recordedAtMs }], registry).map(
      (review) => ({ index: leaf.index, review }),
    );
  });
}

/** The reviews of this digest whose signatures hold. */
export function validReviews(
  digest: string,
  reviews: readonly { readonly review: unknown; readonly recordedAtMs: number }[],
  registry: ApproverRegistry,
): readonly ValidReview[] {
  return reviews.flatMap(({ review, recordedAtMs }) => {
    const check = checkReview(review, recordedAtMs, registry);
    return check.type === 'valid' && check.statement.digest === digest ? [check.review] : [];
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
