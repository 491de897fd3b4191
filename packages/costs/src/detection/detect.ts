import { invariant } from '@counterfoil/core';
import type { DetectedAnomaly } from './anomaly.ts';
import { calendarOf, type Calendar } from './calendar.ts';
import { describe } from './describe.ts';
import { driverOf } from './driver.ts';
import { AlertGate } from './alert-gate.ts';
import { verdictsOn, type DetectionFeedback } from './feedback.ts';
import { mergeLevels } from './hierarchy.ts';
import { creditChanges, innocenceOf } from './innocence.ts';
import { LEVELS } from './levels.ts';
import { latestMonthEnd, MONTH_END } from './month-end.ts';
import { withMoves } from './moves.ts';
import { OnlineDetector, type Excursion } from './online.ts';
import { priceShifts } from './price-shift.ts';
import type { DailySeries, PlannedActivity } from './series.ts';
import { mergeWide } from './wide.ts';

/** What {@link detectAnomalies} looks at. */
export interface DetectionInput {
  /** ISO dates (UTC), consecutive, oldest first: the axis of every series. */
  readonly days: readonly string[];
  /** Last day whose figures are complete; later days are not judged. */
  readonly lastCompleteIndex: number;
  readonly series: readonly DailySeries[];
  readonly planned: readonly PlannedActivity[];
  /** What people said of earlier anomalies. */
  readonly feedback?: readonly DetectionFeedback[];
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
  /** Share of a day's alerts that may be false, in expectation (default 0.1); 1 leaves the control out. */
  readonly falseDiscoveryRate?: number;
}

/** What {@link detectAnomalies} found. */
export interface DetectionOutput {
  readonly anomalies: readonly DetectedAnomaly[];
  /** Departures that counted by themselves, but not among so many series. */
  readonly heldBackCount: number;
}

const IMPACT_MIN_PER_DAY = 10;

/**
 * Finds the changes of cost that have no innocent explanation, and those that have one, marked as
 * such; one anomaly a cause, most dollars first. Pure and deterministic.
 */
export function detectAnomalies(input: DetectionInput): DetectionOutput {
  const { days, series, lastCompleteIndex } = input;
  invariant(lastCompleteIndex < days.length, 'the last complete day must be one of the days');
  const calendar = calendarOf(days);
  const gate = new AlertGate(series.length, input.options?.falseDiscoveryRate);
  const candidates = series.flatMap((one) => candidatesOf(one, calendar, { input, gate }));
  const passed = gate.passed(candidates);
  const credits = series.flatMap((one) => creditChanges(one, input));
  const anomalies = [...oneAnomalyACause(passed, input), ...mergeLevels(credits)];
  return {
    anomalies: anomalies.sort((a, b) => Math.abs(b.impactTotal) - Math.abs(a.impactTotal)),
    heldBackCount: candidates.length - passed.length,
  };
}

function oneAnomalyACause(
  candidates: readonly Candidate[],
  { series, lastCompleteIndex, options }: DetectionInput,
): DetectedAnomaly[] {
  const found = candidates.map((one) => one.anomaly);
  const narrow = mergeLevels(found.filter(({ level }) => LEVELS[level].kind === 'account'));
  const wide = found.filter(({ level }) => LEVELS[level].kind === 'wide');
  const prices = priceShifts(series, {
    lastIndex: lastCompleteIndex,
    firstIndex: options?.warmUpDays ?? 28,
    impactMinPerDay: options?.impactMinPerDay ?? IMPACT_MIN_PER_DAY,
  });
  const stated = mergeWide({ narrow: withMoves(narrow), wide: withMoves(wide), prices }, series);
  return stated.map((one) =>
    one.driver === 'unknown' ? { ...one, driver: driverOf(one, series) } : one,
  );
}

/** A change of one series before it is held against all others. */
interface Candidate {
  readonly anomaly: DetectedAnomaly;
  readonly evidence: Excursion['evidence'];
}

function candidatesOf(
  series: DailySeries,
  calendar: Calendar,
  { input, gate }: { readonly input: DetectionInput; readonly gate: AlertGate },
): Candidate[] {
  const { days, planned, options = {}, lastCompleteIndex, feedback = [] } = input;
  const { openSpreads } = LEVELS[series.level];
  const impactMin = options.impactMinPerDay ?? IMPACT_MIN_PER_DAY;
  const detector = new OnlineDetector(calendar, {
    openSpreads: options.openSpreads ?? openSpreads,
    impactMinPerDay: impactMin,
    firstIndex: options.warmUpDays ?? 28,
    verdicts: verdictsOn(series.element, feedback, days),
    onQuietDay: (_, distance) => gate.quietDay(series.level, distance),
  });
  for (let t = 0; t <= lastCompleteIndex; t++) {
    detector.step({ lastIndex: t, cost: series.cost.subarray(t, t + 1) });
  }
  const { monitor } = detector;
  const context = { series, days, planned };
  const candidates = detector.excursions.map((one) => ({
    anomaly: describe(series, monitor, one, innocenceOf(one, context)),
    evidence: one.evidence,
  }));
  const { cost } = series;
  const search = { cost, lastIndex: lastCompleteIndex, impactMin, peak: openSpreads };
  const recurring = latestMonthEnd(monitor, search);
  if (!recurring) return candidates;
  const anomaly = describe(series, monitor, recurring, MONTH_END);
  return [...candidates, { anomaly, evidence: recurring.evidence }];
}
