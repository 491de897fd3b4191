import type { Label } from '../proposal/action.ts';
import type { DataQuality } from '../signal/data-quality.ts';
import type { Autonomy } from './autonomy.ts';

/** What was granted in the last 24 hours, the action asked about included. Money in hundredths of its currency. */
export interface RecentUse {
  /** Actions of the same kind in the same account. */
  readonly ofKindInAccount: number;
  /** Actions of the same kind, anywhere. */
  readonly ofKind: number;
  /** Actions of the same class, anywhere. */
  readonly ofClass: number;
  /** Cost a day at stake in actions of the same class and currency, rounded up. */
  readonly amountCents: number;
}

/** State of the change record that an action names. `absent` also where nobody could be asked. */
export type ChangeStatus = 'absent' | 'invalid' | 'valid';

/**
 * What the executor knows by itself when it asks the policies. Nothing here is the agent's word; policies/README.md names the
 * source of each.
 */
export interface GateFacts {
  /** Whether the conclusion behind the action saw everything. */
  readonly complete: boolean;
  readonly killed: boolean;
  /** Accounts that the case may touch, from the signal as the lake wrote it. */
  readonly scopeAccounts: readonly string[];
  readonly autonomy: Autonomy;
  /** Cost a day that the signal is about, in hundredths of its currency, rounded up: what is at stake at most. */
  readonly amountCents: number;
  readonly recent: RecentUse;
  /** Names of the freezes that hold now. */
  readonly freezes: readonly string[];
  readonly offHours: boolean;
  readonly changeStatus: ChangeStatus;
  /** Whether the installation demands a change record in this environment. */
  readonly changeRequired: boolean;
  readonly dataQuality: DataQuality;
  /** The most confidential content that may go where the action writes. */
  readonly clearance: Label['confidentiality'];
}
