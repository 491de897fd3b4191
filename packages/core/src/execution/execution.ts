import type { JsonObject } from '../kernel/json.ts';
import type { Digest } from '../proposal/action.ts';

/** A one-time right to execute one digest until a time. Only the guard makes one, after verifying everything itself. */
export interface Grant {
  readonly digest: Digest;
  readonly approvedBy: readonly string[];
  readonly policyIds: readonly string[];
  readonly grantedAt: string;
  readonly expiresAt: string;
  /** Log indexes of the approvals under a witnessed checkpoint. */
  readonly approvalLogIndexes: readonly number[];
}

/** What a call changed, as the outside system answered. */
export interface Effect {
  /** Identifier that the outside system gave (message ts, issue key, request id). */
  readonly reference: string;
  readonly facts: JsonObject;
}

/** What a reconciling read found after a crash between intent and outcome. */
export type Reconciliation =
  | { readonly type: 'performed'; readonly effect: Effect }
  | { readonly type: 'not_performed' }
  | { readonly type: 'unknown'; readonly note: string };

/** Whether a later read sees the effect. */
export interface Verification {
  readonly status: 'confirmed' | 'not_confirmed';
  readonly note: string;
  readonly facts: JsonObject;
}
