import { invariant } from '../kernel/errors.ts';
import { ASSURANCE_RANK } from '../policy/requirement.ts';
import type { ApprovalRequest, Resolution, ValidReview } from './approval.ts';

/**
 * The verdict over a request, from reviews whose signatures were checked.
 *
 * One person counts once whatever the number of reviews or keys; a person who is excluded, lacks every
 * required role, used too weak a key, or came at or after the deadline does not count. One denial by an eligible person
 * decides. `nowMs` is the recorded time of the event being folded, so a replay gives the same answer.
 */
export function resolve(
  request: ApprovalRequest,
  reviews: readonly ValidReview[],
  nowMs: number,
): Resolution {
  const { quorum } = request.requirement;
  invariant(Number.isInteger(quorum) && quorum >= 1, 'an approval needs at least one reviewer');
  const deadlineMs = Date.parse(request.deadlineAt);
  invariant(Number.isFinite(deadlineMs), 'an approval request needs a deadline');
  const counted = reviews
    .filter((review) => review.recordedAtMs < deadlineMs && isEligible(request, review))
    .toSorted((a, b) => a.recordedAtMs - b.recordedAtMs);
  const approvers = new Set<string>();
  for (const review of counted) {
    if (review.verdict === 'deny') {
      return { type: 'denied', by: review.personId, reason: review.comment };
    }
    approvers.add(review.personId);
    if (approvers.size >= quorum) return { type: 'approved', by: [...approvers] };
  }
  if (nowMs >= deadlineMs) return { type: 'expired' };
  return { type: 'pending', approvalsMissing: quorum - approvers.size };
}

/** Whether this person, with this key, may review this request at all. */
export function isEligible(
  request: ApprovalRequest,
  review: Pick<ValidReview, 'personId' | 'roles' | 'assurance'>,
): boolean {
  const { requirement } = request;
  return (
    !request.excluded.includes(review.personId) &&
    review.roles.some((role) => requirement.roles.includes(role)) &&
    ASSURANCE_RANK[review.assurance] >= ASSURANCE_RANK[requirement.assurance]
  );
}
