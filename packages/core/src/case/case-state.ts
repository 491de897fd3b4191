import type { ApprovalRequest, Resolution } from '../approval/approval.ts';
import type { Effect, Grant, Verification } from '../execution/execution.ts';
import type { Conclusion, Observation } from '../investigation/conclusion.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import type { Action, Digest, Proposal } from '../proposal/action.ts';
import type { Signal } from '../signal/signal.ts';

export type CaseStatus =
  | 'investigating'
  | 'proposing'
  | 'deciding'
  | 'awaiting_approval'
  | 'executing'
  | 'verifying'
  | 'closed'
  | 'halted';

export type ActionStatus =
  | 'proposed'
  | 'awaiting_approval'
  | 'approved'
  | 'denied'
  | 'expired'
  | 'refused'
  | 'executing'
  | 'performed'
  | 'unresolved'
  | 'confirmed'
  | 'not_confirmed';

/** Where one action of a case stands, with everything that led there. */
export interface ActionState {
  readonly action: Action;
  readonly status: ActionStatus;
  readonly decision?: PolicyDecision;
  readonly request?: ApprovalRequest;
  readonly resolution?: Resolution;
  readonly grant?: Grant;
  readonly idempotencyKey?: string;
  readonly refusal?: { readonly code: string; readonly reason: string };
  readonly effect?: Effect;
  readonly reconciled?: boolean;
  readonly verification?: Verification;
}

/** The state of a case; `version` is the number of events folded. */
export interface CaseState {
  readonly caseId: string;
  readonly version: number;
  readonly status: CaseStatus;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly signal: Signal;
  readonly observations: readonly Observation[];
  readonly conclusion?: Conclusion;
  readonly proposal?: Proposal;
  /** In the order proposed. */
  readonly actions: readonly ActionState[];
  readonly ending?: { readonly reason: string };
}

/** The action of this digest; `undefined` where the case has none. */
export function actionOf(state: CaseState, digest: Digest): ActionState | undefined {
  return state.actions.find((candidate) => candidate.action.digest === digest);
}

/** Whether nothing more can happen to this action. */
export function isSettled(status: ActionStatus): boolean {
  return SETTLED.has(status);
}

const SETTLED: ReadonlySet<ActionStatus> = new Set([
  'denied',
  'expired',
  'refused',
  'unresolved',
  'confirmed',
  'not_confirmed',
]);
