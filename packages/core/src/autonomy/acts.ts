import type { AutonomyLevel } from '../policy/autonomy.ts';
import type { Digest } from '../proposal/action.ts';
import type { AutonomyScope } from './evidence.ts';

/** What a person signs to set the level of a scope. */
export interface AutonomyStatement extends AutonomyScope {
  readonly v: 1;
  /** Given by the signer; the same act is never taken twice. */
  readonly actId: string;
  readonly level: AutonomyLevel;
  /** The newest act upon the scope, which this one follows; null where none was. An old signature so cannot undo a fall. */
  readonly followsActId: string | null;
  readonly personId: string;
  readonly keyId: string;
  readonly signedAt: string;
  readonly comment: string;
}

/** That a level fell, as the executor puts it down. */
export interface AutonomyFall extends AutonomyScope {
  readonly actId: string;
  readonly from: AutonomyLevel;
  readonly level: AutonomyLevel;
  readonly reason: string;
}

/** An act upon a level as recorded. Whether a signed one holds is for its reader to say. */
export type RecordedAutonomyAct =
  | { readonly type: 'set'; readonly signed: unknown; readonly atMs: number }
  | { readonly type: 'fell'; readonly fall: AutonomyFall; readonly atMs: number };

/** What a person says of a decision: right, wrong, or that its effect was taken back. */
export type DecisionMark = 'right' | 'wrong' | 'undone';

/** What a person signs to mark a decision. */
export interface DecisionMarkStatement {
  readonly v: 1;
  readonly digest: Digest;
  readonly mark: DecisionMark;
  readonly personId: string;
  readonly keyId: string;
  readonly signedAt: string;
  readonly comment: string;
}

/** What a person signs to close a circuit breaker before its window is over. */
export interface BreakerCloseStatement {
  readonly v: 1;
  readonly openingId: string;
  readonly personId: string;
  readonly keyId: string;
  readonly signedAt: string;
  readonly comment: string;
}

/** What the policies would have answered one level up; it had no effect, and people may judge it as any other decision. */
export interface AutonomyShadow extends AutonomyScope {
  readonly digest: Digest;
  readonly level: AutonomyLevel;
  readonly answered: string;
  readonly shadowLevel: AutonomyLevel;
  readonly shadowAnswered: string;
}
