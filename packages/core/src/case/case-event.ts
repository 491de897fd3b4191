import type { ApprovalRequest, Resolution } from '../approval/approval.ts';
import type { Effect, Grant, Verification } from '../execution/execution.ts';
import type { Conclusion, Observation } from '../investigation/conclusion.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import type { Digest, Proposal } from '../proposal/action.ts';
import type { Signal } from '../signal/signal.ts';

/** One step of a case. The case's state is a fold over these, and each is also an entry of the transparency log. */
export type CaseEvent =
  | { readonly type: 'case_opened'; readonly signal: Signal }
  | { readonly type: 'tool_called'; readonly observation: Observation }
  | { readonly type: 'conclusion_reached'; readonly conclusion: Conclusion }
  | { readonly type: 'proposal_made'; readonly proposal: Proposal }
  | { readonly type: 'policy_decided'; readonly digest: Digest; readonly decision: PolicyDecision }
  | { readonly type: 'approval_requested'; readonly request: ApprovalRequest }
  | {
      readonly type: 'approval_resolved';
      readonly digest: Digest;
      readonly resolution: Exclude<Resolution, { readonly type: 'pending' }>;
    }
  | {
      readonly type: 'effect_intended';
      readonly digest: Digest;
      readonly grant: Grant;
      readonly idempotencyKey: string;
    }
  /** A new grant for an intent that a crash left without an outcome, after the outside said that nothing happened. */
  | { readonly type: 'effect_resumed'; readonly digest: Digest; readonly grant: Grant }
  | {
      readonly type: 'effect_refused';
      readonly digest: Digest;
      readonly code: string;
      readonly reason: string;
    }
  | {
      readonly type: 'effect_performed';
      readonly digest: Digest;
      readonly effect: Effect;
      /** True when a read after a crash found the effect already done. */
      readonly reconciled: boolean;
    }
  | { readonly type: 'effect_unresolved'; readonly digest: Digest; readonly note: string }
  | {
      readonly type: 'effect_verified';
      readonly digest: Digest;
      readonly verification: Verification;
    }
  | { readonly type: 'case_closed'; readonly reason: string }
  | { readonly type: 'case_halted'; readonly code: string; readonly reason: string };

/** An event as journaled: order within its case, database time, and the role that wrote it. */
export interface RecordedEvent {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly event: CaseEvent;
}
