import type { JsonObject } from '../kernel/json.ts';

/** Every kind of entry of the transparency log; noun then verb. A case's journal uses the same names. */
export const LOG_ENTRY_KINDS = [
  'ingest_completed',
  'approver_enrolled',
  'signal_received',
  'signal_dismissed',
  'case_opened',
  'tool_called',
  'conclusion_reached',
  'proposal_made',
  'policy_decided',
  'approval_requested',
  'review_submitted',
  'review_refused',
  'approval_resolved',
  'effect_intended',
  'effect_resumed',
  'effect_refused',
  'effect_performed',
  'effect_unresolved',
  'effect_verified',
  'case_closed',
  'case_halted',
  'kill_engaged',
  'kill_lifted',
  'policy_proposed',
  'policy_approved',
  'policy_activated',
  'policy_shadowed',
  'release_recorded',
  'decision_marked',
  'autonomy_set',
  'autonomy_fell',
  'autonomy_shadowed',
  'breaker_opened',
  'breaker_closed',
  'leaf_quarantined',
  'payload_erased',
] as const;

export type LogEntryKind = (typeof LOG_ENTRY_KINDS)[number];

/**
 * What a process asks to be logged. `facts` are small and stand in the entry itself; `payload` lies beside the log
 * under a salt, and only its commitment is in the tree, so it can be erased without breaking a proof.
 */
export interface LogEntryDraft {
  readonly kind: LogEntryKind;
  readonly caseId: string | null;
  readonly facts: { readonly [name: string]: string | number | boolean | null };
  readonly payload?: JsonObject;
}

/** The leaf of the tree, canonical JSON of exactly these fields. */
export interface LogEntry {
  readonly v: 1;
  readonly kind: LogEntryKind;
  readonly at: string;
  /** Database role that wrote it; the database enforces it. */
  readonly actor: string;
  readonly caseId: string | null;
  readonly facts: { readonly [name: string]: string | number | boolean | null };
  /** `sha256:` of salt ‖ payload text, or null. */
  readonly payloadSha256: string | null;
}
