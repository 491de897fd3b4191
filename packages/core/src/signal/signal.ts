import type { Money } from '../kernel/money.ts';

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
  /** Identifiers of the lake queries behind these figures. */
  readonly queryIds: readonly string[];
}

/** Why a candidate is innocent although the bill moved. */
export type DismissalReason =
  | 'below_threshold'
  | 'planned_activity'
  | 'recurring_month_end'
  | 'credit_change'
  | 'decrease'
  | 'duplicate';

/** What starts a case. `scopeAccounts` bounds every later read of the case; only the intake sets it. */
export interface Signal {
  readonly signalId: string;
  readonly kind: 'cost_anomaly';
  /** Same key, same signal: a second arrival is merged. */
  readonly dedupeKey: string;
  readonly scopeAccounts: readonly string[];
  /** The lake version whose figures these are; the case is pinned to it. */
  readonly dataVersion: string;
  readonly detectedAt: string;
  readonly anomaly: CostAnomaly;
  /** Set by the detector when it recognises an innocent look-alike. */
  readonly innocent?: { readonly reason: DismissalReason; readonly note: string };
}
