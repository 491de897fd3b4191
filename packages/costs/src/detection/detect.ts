import { invariant } from '@counterfoil/core';
import type { DetectedAnomaly, Innocence } from './anomaly.ts';
import { calendarOf, type Calendar } from './calendar.ts';
import { mergeLevels } from './hierarchy.ts';
import { creditChanges, innocenceOf } from './innocence.ts';
import { driverOf } from './driver.ts';
import type { DailySeries, PlannedActivity, SeriesLevel } from './series.ts';
import { OnlineDetector, type Excursion } from './online.ts';

/** What {@link detectAnomalies} looks at. */
export interface DetectionInput {
  /** ISO dates (UTC), consecutive, oldest first: the axis of every series. */
  readonly days: readonly string[];
  /** Last day whose figures are complete; later days are not judged. */
  readonly lastCompleteIndex: number;
  readonly series: readonly DailySeries[];
  readonly planned: readonly PlannedActivity[];
  readonly options?: DetectionOptions;
}

/** Options of {@link detectAnomalies}; all have defaults. */
export interface DetectionOptions {
  /** Days that only teach the expectation (default 28). */
  readonly warmUpDays?: number;
  /** Smallest change per day that is looked at (default 10, in the currency of the series). */
  readonly impactMinPerDay?: number;
  /** Distance from the expectation, in robust spreads, that counts (default 6.5; 8 below the service). */
  readonly openSpreads?: number;
}

const IMPACT_MIN_PER_DAY = 10;
/** Below the service there are many more series to be wrong about, and the service's sum is watched too. */
const OPEN_SPREADS: Record<SeriesLevel, number> = {
  account: 6.5,
  account_service: 6.5,
  account_service_region: 8,
  account_service_region_usage: 8,
};

/**
 * Finds the changes of cost that have no innocent explanation, and those that have one, marked as
 * such; one anomaly a cause, most dollars first. Pure and deterministic.
 */
export function detectAnomalies(input: DetectionInput): {
  readonly anomalies: readonly DetectedAnomaly[];
} {
  const { days, series, lastCompleteIndex } = input;
  invariant(lastCompleteIndex < days.length, 'the last complete day must be one of the days');
  const calendar = calendarOf(days);
  const found = series.flatMap((one) => anomaliesOf(one, calendar, input));
  const credits = series.flatMap((one) => creditChanges(one, input));
  const merged = [...mergeLevels(found), ...mergeLevels(credits)];
  const explained = merged.map((one) =>
    one.innocent?.reason === 'credit_change' ? one : { ...one, driver: driverOf(one, series) },
  );
  return {
    anomalies: explained.sort((a, b) => Math.abs(b.impactTotal) - Math.abs(a.impactTotal)),
  };
}

function anomaliesOf(
  series: DailySeries,
  calendar: Calendar,
  input: DetectionInput,
): DetectedAnomaly[] {
  const options = input.options ?? {};
  const detector = new OnlineDetector(calendar, {
    openSpreads: options.openSpreads ?? OPEN_SPREADS[series.level],
    impactMinPerDay: options.impactMinPerDay ?? IMPACT_MIN_PER_DAY,
    firstIndex: options.warmUpDays ?? 28,
  });
  for (let t = 0; t <= input.lastCompleteIndex; t++) {
    detector.step({ lastIndex: t, cost: series.cost.subarray(t, t + 1) });
  }
  const context = { series, days: input.days, planned: input.planned };
  const recurring = latestMonthEnd(series, detector, input);
  return [
    ...detector.excursions.map((one) => describe(series, one, innocenceOf(one, context))),
    ...(recurring ? [describe(series, recurring, MONTH_END)] : []),
  ];
}

const MONTH_END: Innocence = {
  reason: 'recurring_month_end',
  note: 'the same days of earlier months rose as much',
};
/** A month-end charge is worth telling from this share of the plain day. */
const MONTH_END_SHARE_MIN = 0.15;

/** The most recent days at the month's edge whose rise earlier months explain: recognised, not overlooked. */
function latestMonthEnd(
  series: DailySeries,
  detector: OnlineDetector,
  input: DetectionInput,
): Excursion | undefined {
  const impactMin = input.options?.impactMinPerDay ?? IMPACT_MIN_PER_DAY;
  const explained = (t: number): number => {
    const excess = detector.monitor.edgeExcess(t);
    const plain = (series.cost[t] as number) - excess;
    return excess >= Math.max(impactMin, MONTH_END_SHARE_MIN * plain) ? excess : 0;
  };
  let last = input.lastCompleteIndex;
  while (last >= 0 && explained(last) === 0) last--;
  if (last < 0) return undefined;
  const expected = new Map<number, number>();
  let onset = last;
  for (let t = last; t >= 0 && explained(t) > 0; t--) {
    onset = t;
    expected.set(t, (series.cost[t] as number) - explained(t));
  }
  return {
    direction: 'increase',
    onsetIndex: onset,
    lastIndex: last,
    peak: OPEN_SPREADS[series.level],
    level: expected.get(onset) ?? 0,
    expected,
  };
}

function describe(
  series: DailySeries,
  excursion: Excursion,
  innocent: Innocence | undefined,
): DetectedAnomaly {
  const { onsetIndex, lastIndex } = excursion;
  const days = lastIndex - onsetIndex + 1;
  let actual = 0;
  let expected = 0;
  for (let t = onsetIndex; t <= lastIndex; t++) {
    actual += series.cost[t] as number;
    expected += excursion.expected.get(t) ?? 0;
  }
  const impact = actual - expected;
  return {
    element: series.element,
    level: series.level,
    direction: excursion.direction,
    onsetIndex,
    lastIndex,
    expectedPerDay: expected / days,
    actualPerDay: actual / days,
    impactPerDay: impact / days,
    impactTotal: impact,
    impactPercent: expected > 0 ? (100 * impact) / expected : null,
    score: scoreOf(excursion.peak, days),
    driver: 'unknown',
    ...(innocent ? { innocent } : {}),
  };
}

/** Distances beyond five spreads are near certain; longer runs add to it. */
function scoreOf(peak: number, days: number): number {
  return 1 - Math.exp(-(peak * Math.sqrt(Math.min(days, 7))) / 5);
}
