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
  /** Distance from the expectation, in robust spreads, that counts (default 5.5; 8 below the service). */
  readonly openSpreads?: number;
}

/** Below the service there are many more series to be wrong about, and the service's sum is watched too. */
const OPEN_SPREADS: Record<SeriesLevel, number> = {
  account: 5.5,
  account_service: 5.5,
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
  return {
    anomalies: merged.sort((a, b) => Math.abs(b.impactTotal) - Math.abs(a.impactTotal)),
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
    impactMinPerDay: options.impactMinPerDay ?? 10,
    firstIndex: options.warmUpDays ?? 28,
  });
  for (let t = 0; t <= input.lastCompleteIndex; t++) {
    detector.step({ lastIndex: t, cost: series.cost.subarray(t, t + 1) });
  }
  const context = { series, days: input.days, planned: input.planned };
  return detector.excursions.map((excursion) =>
    describe(series, excursion, innocenceOf(excursion, context)),
  );
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
    driver: driverOf(series, excursion),
    ...(innocent ? { innocent } : {}),
  };
}

/** Distances beyond five spreads are near certain; longer runs add to it. */
function scoreOf(peak: number, days: number): number {
  return 1 - Math.exp(-(peak * Math.sqrt(Math.min(days, 7))) / 5);
}
