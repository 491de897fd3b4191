import type { RecentUse } from '../policy/gate-facts.ts';
import type { Digest } from '../proposal/action.ts';
import type { ActionDeclaration } from './action-kind.ts';

/** An action as the limits of policy count it. */
export interface ActionUse {
  readonly digest: Digest;
  readonly class: ActionDeclaration['class'];
  readonly kind: string;
  /** `-` outside any account. */
  readonly account: string;
  /** Cost a day at stake, in hundredths of `currency`. */
  readonly amountCents: number;
  readonly currency: string;
}

/**
 * What was granted in the last 24 hours. Actions that were refused, denied or expired do not count, whatever else became of
 * the others.
 */
export interface UseStore {
  /** Looks only: what the sums would be with this action in them. */
  read(use: ActionUse): Promise<RecentUse>;
  /**
   * Takes a place in the row, one action after the other, and answers with the sums up to that place. Of two actions that are
   * decided at once the second sees the first, so both cannot slip under a limit. An action keeps its place while it may be
   * tried again at once (15 minutes), and for good once its intent stands.
   */
  reserve(use: ActionUse): Promise<RecentUse>;
}
