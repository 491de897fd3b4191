import type {
  ActionState,
  ActionStatus,
  ApprovalRequest,
  BlastRadius,
  Digest,
  Money,
  Resolution,
  Reversibility,
  SignedReview,
} from '@counterfoil/core';

/** The case that a request belongs to, in short. */
export interface ApprovalCase {
  readonly caseId: string;
  readonly causeId: string | null;
  readonly impactPerDay: Money;
}

/** A request in the inbox. */
export interface ApprovalSummary {
  readonly digest: Digest;
  readonly case: ApprovalCase;
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  readonly environment: string;
  readonly preview: string;
  readonly blastRadius: BlastRadius;
  readonly reversibility: Reversibility;
  readonly savingPerDay: Money | null;
  readonly request: ApprovalRequest;
  readonly status: ActionStatus;
  readonly resolution: Resolution | null;
}

/** A review as recorded. Whether it counted is in the resolution, which the executor alone reaches. */
export interface ReviewView {
  readonly review: SignedReview;
  readonly recordedAt: string;
}

/** One request with the bytes that an approval binds. `bindingText` is exact; its digest must be recomputed by the reader. */
export interface ApprovalDetail {
  readonly digest: Digest;
  readonly caseId: string;
  readonly bindingText: string;
  readonly request: ApprovalRequest;
  readonly reviews: readonly ReviewView[];
  readonly action: Omit<ActionState, 'action'>;
}

/** The answer to an accepted review. */
export interface ReviewReceipt {
  readonly recordedAt: string;
  readonly leafId: string;
}
