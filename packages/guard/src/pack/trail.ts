import type {
  ActionBinding,
  ApprovalRequest,
  Digest,
  Grant,
  PolicyDecision,
} from '@counterfoil/core';
import type { SubmittedReview } from '../authorise/logged-review.ts';

/** What the log has said of one action so far. */
export interface Trail {
  readonly digest: Digest;
  readonly caseId: string | null;
  binding: ActionBinding | null;
  /** Every decision, in order. */
  readonly decisions: PolicyDecision[];
  request: ApprovalRequest | null;
  readonly reviews: SubmittedReview[];
  /** The first resolution; a later one changes nothing. */
  resolution: 'approved' | 'denied' | 'expired' | null;
  /** Kinds of entries whose payload is erased. */
  readonly erased: Set<string>;
  intendedAtIndex: number | null;
  performedAtIndex: number | null;
  unresolved: boolean;
}

/** The intent to run an action, as logged; `grant` is null where its payload is erased. */
export interface Intent {
  readonly index: number;
  readonly atMs: number;
  readonly caseId: string | null;
  readonly grant: Grant | null;
}

/** A trail of which nothing is known yet. */
export function newTrail(digest: Digest, caseId: string | null): Trail {
  return {
    digest,
    caseId,
    binding: null,
    decisions: [],
    request: null,
    reviews: [],
    resolution: null,
    erased: new Set(),
    intendedAtIndex: null,
    performedAtIndex: null,
    unresolved: false,
  };
}
