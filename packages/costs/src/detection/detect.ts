import { invariant } from '@counterfoil/core';
import type { DetectedAnomaly, Innocence } from './anomaly.ts';
import { calendarOf, type Calendar } from './expectation.ts';
import { mergeLevels } from './hierarchy.ts';
import { creditChanges, innocenceOf } from './innocence.ts';
import { driverOf } from './driver.ts';
import type { DailySeries, PlannedActivity } from './series.ts';
import { walk, type Excursion } from './walk.ts';

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
  /** Distance from the expectation, in robust spreads, that counts (default 5). */
  readonly openSpreads?: number;
}

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
  const excursions = walk(series.cost, calendar, {
    openSpreads: options.openSpreads ?? 5,
    impactMinPerDay: options.impactMinPerDay ?? 10,
    firstIndex: options.warmUpDays ?? 28,
    lastIndex: input.lastCompleteIndex,
  });
  return excursions.map((excursion) => {
    const innocent = innocenceOf(excursion, {
      series,
      calendar,
      days: input.days,
      planned: input.planned,
    });
    return describe(series, excursion, innocent);
  });
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
    expected += excursion.expected[t - onsetIndex] as number;
  }
  const impact = actual - expected;
  return {
    element: series.element,
    level: series.level,
    direction: excursion.direction > 0 ? 'increase' : 'decrease',
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
