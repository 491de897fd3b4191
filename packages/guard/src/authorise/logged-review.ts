import { resolve } from '@counterfoil/core';
import type {
  ActionBinding,
  ApprovalRequest,
  ExcludedAuthor,
  Resolution,
  ValidReview,
} from '@counterfoil/core';
import { openPayload, parseEntry } from '../log/entry.ts';
import type { PackLeaf } from '../pack/pack-file.ts';
import { checkReview } from '../review/review.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

/** A leaf of the log with its payload; the caller has proven with `proveEntry` that it stands at `index`. */
export interface ProvenLeaf extends PackLeaf {
  readonly index: number;
}

/** A review as submitted, and when it was recorded. */
export interface SubmittedReview {
  readonly review: unknown;
  readonly recordedAtMs: number;
}

/** The review that a leaf commits to; none where it is another kind of entry or erased. Throws where the payload is not the logged one. */
export function reviewsIn(leaf: ProvenLeaf): readonly (SubmittedReview & { index: number })[] {
  const entry = parseEntry(leaf.entryText);
  const payload = openPayload(entry, leaf);
  if (entry.kind !== 'review_submitted' || payload.status !== 'present') return [];
  return [{ index: leaf.index, review: payload.value, recordedAtMs: Date.parse(entry.at) }];
}

/** Those of the reviews that are over this digest and whose signatures hold. */
export function validReviews<Given extends SubmittedReview>(
  digest: string,
  reviews: readonly Given[],
  registry: ApproverRegistry,
): readonly (Omit<Given, 'review'> & { readonly review: ValidReview })[] {
  return reviews.flatMap((given) => {
    const check = checkReview(given.review, given.recordedAtMs, registry);
    if (check.type === 'invalid' || check.statement.digest !== digest) return [];
    return [{ ...given, review: check.review }];
  });
}

/** Who may not approve whatever the request says: the binding's own people, and authors of policies that are new. */
export interface Interested extends Pick<ActionBinding, 'proposer' | 'onBehalfOf'> {
  readonly authors: readonly ExcludedAuthor[];
}

/** The verdict over a request, as executor and auditor both reach it. */
export function resolveReviews(
  request: ApprovalRequest,
  { proposer, onBehalfOf, authors }: Interested,
  reviews: readonly ValidReview[],
  nowMs: number,
): Resolution {
  const excluded = [...request.excluded, proposer, onBehalfOf];
  const isByAuthor = ({ verdict, personId, recordedAtMs }: ValidReview): boolean =>
    verdict === 'approve' &&
    authors.some((author) => author.personId === personId && recordedAtMs < author.untilMs);
  const counted = reviews.filter((review) => !isByAuthor(review));
  return resolve({ ...request, excluded }, counted, nowMs);
}
