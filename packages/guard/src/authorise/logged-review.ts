import {
  resolve,
  type ActionBinding,
  type ApprovalRequest,
  type Resolution,
  type ValidReview,
} from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { decodeBase64url } from '../canonical/encoding.ts';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import { commitment, parseEntry, PAYLOAD_BYTES_MAX } from '../log/entry.ts';
import { checkReview } from '../review/review.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

/** A leaf of the log with its payload; the caller has proven with `proveEntry` that it stands at `index`. */
export interface ProvenLeaf {
  readonly index: number;
  readonly entryText: string;
  readonly salt: string | null;
  readonly payloadText: string | null;
}

/** A review read from the log, where it stands and whom it is by. */
export interface LoggedReview {
  readonly index: number;
  readonly review: ValidReview;
}

/** The reviews of one digest among these leaves whose signatures hold; the entry's time is when each was recorded. */
export function loggedReviews(
  digest: string,
  leaves: readonly ProvenLeaf[],
  registry: ApproverRegistry,
): readonly LoggedReview[] {
  return leaves.flatMap((leaf) => {
    const entry = parseEntry(leaf.entryText);
    const payload = payloadOf(leaf, entry.payloadSha256);
    if (entry.kind !== 'review_submitted' || payload === null) return [];
    const check = checkReview(payload, Date.parse(entry.at), registry);
    if (check.type === 'invalid' || check.statement.digest !== digest) return [];
    return [{ index: leaf.index, review: check.review }];
  });
}

/** The verdict over a request, as the executor and an auditor both reach it: the binding's own people are always excluded. */
export function resolveReviews(
  request: ApprovalRequest,
  binding: Pick<ActionBinding, 'proposer' | 'onBehalfOf'>,
  reviews: readonly ValidReview[],
  nowMs: number,
): Resolution {
  const excluded = [...request.excluded, binding.proposer, binding.onBehalfOf];
  return resolve({ ...request, excluded }, reviews, nowMs);
}

/** Whether two values are the same in canonical form. */
export function isSame(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

function payloadOf(leaf: ProvenLeaf, payloadSha256: string | null): unknown {
  if (leaf.payloadText === null || leaf.salt === null) return null;
  if (commitment(decodeBase64url(leaf.salt), leaf.payloadText) !== payloadSha256) return null;
  return parseCanonicalJson(leaf.payloadText, {
    bytesMax: PAYLOAD_BYTES_MAX,
    strings: 'well_formed',
  });
}
