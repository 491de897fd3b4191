import type { CostElement } from '@counterfoil/core';

/**
 * Where in the hierarchy a series stands. The levels of an account refine each other; the levels across accounts
 * (from `organisation` on) cut the same cost another way.
 */
export type SeriesLevel =
  | 'account'
  | 'account_service'
  | 'account_service_region'
  | 'account_service_region_usage'
  | 'organisation'
  | 'service'
  | 'region'
  | 'service_usage'
  | 'tag'
  | 'tag_service';

/** Daily figures of one cost element, one cell a day of the common day axis. */
export interface DailySeries {
  readonly element: CostElement;
  readonly level: SeriesLevel;
  /** Usage cost per day in the billing currency, without credits, refunds, taxes and purchases. */
  readonly cost: Float64Array;
  /** Credits per day, as they stand on the bill (negative). */
  readonly credits?: Float64Array;
  /** Consumed quantity per day in the element's own unit; absent where units are mixed. */
  readonly quantity?: Float64Array;
}

/** An entry of the planned-activity calendar: cost that somebody announced. Days are ISO dates in UTC, `toDate` exclusive. */
export interface PlannedActivity {
  readonly name: string;
  /** The activity covers a series whose element has all of these values. */
  readonly element: CostElement;
  readonly fromDate: string;
  readonly toDate: string;
}
