import type { CostElement } from '@counterfoil/core';
import type { SeriesLevel } from './series.ts';

/** Why a change of the bill is no anomaly, in words that a person can check. */
export interface Innocence {
  readonly reason:
    | 'planned_activity'
    | 'recurring_month_end'
    | 'credit_change'
    | 'restatement'
    | 'refund'
    | 'move';
  readonly note: string;
}

/** One change of cost, at the level of the hierarchy that explains it. Day indices are into the input's days. */
export interface DetectedAnomaly {
  readonly element: CostElement;
  readonly level: SeriesLevel;
  readonly direction: 'increase' | 'decrease';
  /** First day of the change. */
  readonly onsetIndex: number;
  /** Last day of the change that was looked at: the last complete day while it is still going on. */
  readonly lastIndex: number;
  /** Means over the days from onset to last, billing currency. */
  readonly expectedPerDay: number;
  readonly actualPerDay: number;
  /** `actualPerDay − expectedPerDay`, signed. */
  readonly impactPerDay: number;
  /** Sum of the impact over all days from onset to last, signed. */
  readonly impactTotal: number;
  /** Impact per day that 80 % of the past errors of such an expectation leave possible. */
  readonly impactPerDayInterval: { readonly low: number; readonly high: number };
  /** Impact in percent of the expectation; `null` where the expectation is zero. */
  readonly impactPercent: number | null;
  /** How sure, 0…1: the probability that the change is no chance movement. */
  readonly score: number;
  /** What moved: usage at an unchanged unit price, or the price of unchanged usage. */
  readonly driver: 'quantity' | 'price' | 'both' | 'unknown';
  readonly innocent?: Innocence;
  /** First hour of the change on its first day, 0…23 UTC, where hourly charges show it. */
  readonly onsetHour?: number;
  /** Hours of the change, where it was found by the hour; the days hold others too. */
  readonly hoursCount?: number;
  /** Accounts that moved alike, where the change is one of many accounts. */
  readonly accountsMoved?: number;
}
