import type { Digest } from '@counterfoil/core';
import type { PolicyHistory } from '../gate/policy-change.ts';

/** Something that makes a pack unacceptable. Codes are stable. */
export interface PackProblem {
  readonly code: string;
  /** Index of the entry at fault. */
  readonly index?: number;
  readonly note: string;
}

/** One effect of the log, and how far the pack proves that it was authorised. */
export interface PackEffect {
  readonly digest: Digest;
  readonly caseId: string;
  /** Action kind; null where the proposal's payload is erased. */
  readonly kind: string | null;
  readonly decision: 'allow' | 'require_approval' | 'deny' | null;
  readonly approvedBy: readonly string[];
  readonly intendedAtIndex: number;
  readonly performedAtIndex: number | null;
  /** `unprovable` where a payload that the proof needs is erased. */
  readonly status: 'intended' | 'performed' | 'unresolved' | 'unprovable' | 'unauthorised';
}

/** What the verification of a pack found. */
export interface PackReport {
  readonly status: 'verified' | 'rejected';
  readonly size: number;
  /** Hex; the root recomputed from the entries. */
  readonly rootHash: string;
  readonly effects: readonly PackEffect[];
  /** The policies in effect at the end, and the signed changes by which they came to be. */
  readonly policies: Pick<PolicyHistory, 'activeSha256' | 'changes'>;
  readonly problems: readonly PackProblem[];
  readonly erasedPayloads: number;
}
