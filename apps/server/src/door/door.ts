import type { JsonObject, KillState, SignedReview } from '@counterfoil/core';
import type { PersonView } from '@counterfoil/api';
import type { ApprovalRow } from '@counterfoil/store';

/** What the door says to something signed: it holds, or a stable code and why not. */
export type DoorVerdict =
  | { readonly type: 'holds' }
  | { readonly type: 'refused'; readonly code: string; readonly note: string };

/**
 * Everything that the guard must say before the server records anything signed. The door turns away what cannot hold;
 * what it lets in is judged again by the executor, which trusts nothing of this process.
 */
export interface Door {
  /** People of the trust file with the keys that hold now, and how many submitted enrolments do not. */
  people(): Promise<{ readonly people: readonly PersonView[]; readonly enrolmentsRefused: number }>;
  review(review: SignedReview, row: ApprovalRow): Promise<DoorVerdict>;
  enrolment(enrolment: JsonObject): Promise<DoorVerdict>;
  lift(killId: string, signedLift: JsonObject): Promise<DoorVerdict>;
  killState(): Promise<KillState>;
}
