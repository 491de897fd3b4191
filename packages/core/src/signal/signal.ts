import type { Money } from '../kernel/money.ts';
import type { DataQuality } from './data-quality.ts';

/** FOCUS dimensions that a cost anomaly and its causes are expressed in (camelCase of the FOCUS column id). */
export type CostDimension =
  'subAccountId' | 'serviceName' | 'regionId' | 'usageType' | 'resourceId' | `tag:${string}`;

/** One combination of dimension values; a missing dimension means "any". */
export type CostElement = { readonly [dimension in CostDimension]?: string };

/** Which FOCUS cost column the figures come from. The two are never mixed in one sum. */
export type CostBasis = 'EffectiveCost' | 'BilledCost';

/** A change of cost that our own detector (or, later, AWS) reports. All money is per the stated basis. */
export interface CostAnomaly {
  readonly direction: 'increase' | 'decrease';
  readonly basis: CostBasis;
  /** Where the change shows: the hierarchy level that explains it. */
  readonly element: CostElement;
  /** First day of the change, ISO date in UTC. */
  readonly onsetDate: string;
  /** Last complete day that was looked at, ISO date in UTC. */
  readonly lastDate: string;
  readonly expectedPerDay: Money;
  readonly actualPerDay: Money;
  readonly impactPerDay: Money;
  readonly impactTotal: Money;
  /** Change in percent of the expectation, signed, one decimal; `null` where the expectation is zero. */
  readonly impactPercent: number | null;
  /** How sure the impact is, given how far such expectations have been off before. */
  readonly impactInterval?: ImpactInterval;
  /** What 30 more days at this rate would cost; absent once the change is over. */
  readonly projectedPer30Days?: Money;
  /** First hour of the change on its first day, 0…23 UTC, where hourly charges show it. */
  readonly onsetHour?: number;
  /** What moved: usage at an unchanged unit price, or the price of unchanged usage. */
  readonly driver?: 'quantity' | 'price' | 'both' | 'unknown';
  /** Accounts that moved alike, where the change is one of many accounts. */
  readonly accountsMoved?: number;
  /** Identifiers of the lake queries behind these figures. */
  readonly queryIds: readonly string[];
}

/** The impact lies between these with the stated probability; only the expectation is uncertain, the actual is on the bill. */
export interface ImpactInterval {
  readonly confidencePercent: 80;
  readonly perDayLow: Money;
  readonly perDayHigh: Money;
  readonly totalLow: Money;
  readonly totalHigh: Money;
  /** Of the next 30 days; absent once the change is over. */
  readonly per30DaysLow?: Money;
  readonly per30DaysHigh?: Money;
}

/** Why a candidate is innocent although the bill moved. */
export type DismissalReason =
  | 'below_threshold'
  | 'planned_activity'
  | 'recurring_month_end'
  | 'credit_change'
  | 'restatement'
  | 'refund'
  | 'move'
  | 'decrease'
  | 'duplicate';

/** What starts a case. `scopeAccounts` bounds every later read of the case; only the intake sets it. */
export interface Signal {
  readonly signalId: string;
  readonly kind: 'cost_anomaly';
  /** Same key, same signal: a second arrival is merged. */
  readonly dedupeKey: string;
  readonly scopeAccounts: readonly string[];
  /** Id of the lake's contents within these accounts; the case is pinned to them, and other accounts' data does not change it. */
  readonly dataVersion: string;
  readonly detectedAt: string;
  readonly anomaly: CostAnomaly;
  /** How good the data of these accounts was when the signal was made; nothing measured it where it is missing. */
  readonly dataQuality?: DataQuality;
  /** Set by the detector when it recognises an innocent look-alike. */
  readonly innocent?: { readonly reason: DismissalReason; readonly note: string };
}
