/** Whether something is known to hold; `unknown` is never a yes. */
export type Known = 'yes' | 'no' | 'unknown';

/** How good the cost data is that a case rests on. */
export interface DataQuality {
  /** Share of cost with every mandatory tag, whole percent rounded down; 0 where nobody measured it. */
  readonly tagCoveragePercent: number;
  /** Whether the files keep to FOCUS. */
  readonly conformant: Known;
  /** Whether what was read adds up to what the files say of themselves. */
  readonly reconciled: Known;
}
