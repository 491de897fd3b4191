import { invariant } from '@counterfoil/core';
import { addDays } from '../analysis/days.ts';
import { calendarOf } from '../detection/calendar.ts';
import { sumTrials, tryForecasts, type Trial } from './back-test.ts';
import {
  calibrate,
  coverageOf,
  dayRange,
  scoresOf,
  type Calibration,
  type Horizon,
  type ScoreRange,
  type Tried,
} from './calibration.ts';
import { forecastPoint, type PointForecast } from './point-forecast.ts';

/** Daily cost of several series on one axis of complete, consecutive ISO days. */
export interface ForecastInput {
  readonly days: readonly string[];
  readonly series: readonly Float64Array[];
  /** Days to forecast after the last of `days`. */
  readonly steps: number;
}

/** An expectation with the interval that should hold 80 % of what comes; no interval where too little history is there to measure one. */
export interface Estimate {
  readonly expected: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** A forecast of one series. */
export interface SeriesForecast {
  readonly daily: readonly Estimate[];
  readonly total: Estimate;
}

/** How the same method did on the history: every forecast made from the days before it only. */
export interface BackTest {
  readonly originsCount: number;
  /** Share of days inside their interval, the interval made of errors known on the day of the forecast; null where not measurable. */
  readonly dayCoverage: number | null;
  readonly totalCoverage: number | null;
  /** Σ |error of the sum of all steps| / Σ |cost|, over series and origins; null without a full horizon in the history. */
  readonly totalWape: number | null;
  /** The same for the seasonal-naive forecast, which repeats the last seven days. */
  readonly naiveTotalWape: number | null;
}

/** Forecasts of all series, and of their sum, whose expectation is the sum of theirs. */
export interface ForecastResult {
  readonly days: readonly string[];
  readonly series: readonly SeriesForecast[];
  readonly sum: SeriesForecast;
  readonly backTest: BackTest;
}

/** Forecasts every series from its own history; intervals from what such forecasts missed before (see `calibration.ts`). */
export function forecastSeries({ days, series, steps }: ForecastInput): ForecastResult {
  const count = days.length;
  const last = days.at(-1);
  invariant(last !== undefined && steps >= 1, 'a forecast needs a history and at least one step');
  const ahead = Array.from({ length: steps }, (_, step) => addDays(last, step + 1));
  const calendar = calendarOf([...days, ...ahead]);
  const span = { count, steps };
  const all = series.map((cost) => ({
    cost,
    forecast: forecastPoint(cost, calendar, span),
    trials: tryForecasts(cost, calendar, span),
  }));
  const sumCost = added(series, count);
  const ownForecast = forecastPoint(sumCost, calendar, span);
  const sum = {
    cost: sumCost,
    forecast: {
      ...ownForecast,
      expected: added(
        all.map((one) => one.forecast.expected),
        steps,
      ),
    },
    trials: sumTrials(
      all.map((one) => one.trials),
      tryForecasts(sumCost, calendar, span),
    ),
  };
  const horizon = { calendar, steps, origin: count };
  const calibration = calibrate(scoresOf(all, horizon));
  const ownCalibration = calibrate(scoresOf([sum], horizon));
  const ownOrPooled = either(ownCalibration, calibration);
  return {
    days: ahead,
    series: all.map(({ cost, forecast }) =>
      withIntervals(cost, forecast, { calibration, horizon }),
    ),
    // Errors of the parts say little of the sum's: they cancel out, or have one cause. So the sum is judged by its own.
    sum: withIntervals(sum.cost, sum.forecast, { calibration: ownOrPooled, horizon }),
    backTest: backTestOf(all, horizon),
  };
}

function either(own: Calibration, pooled: Calibration): Calibration {
  return {
    days: own.days.map((range, at) => range ?? pooled.days[at] ?? null),
    total: own.total ?? pooled.total,
  };
}

function added(series: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const one of series)
    for (let at = 0; at < length; at++) sum[at] = (sum[at] as number) + (one[at] as number);
  return sum;
}

function withIntervals(
  cost: Float64Array,
  { expected, dayScale, totalScale }: PointForecast,
  { calibration, horizon }: { readonly calibration: Calibration; readonly horizon: Horizon },
): SeriesForecast {
  const floor = cost.every((value) => value >= 0) ? 0 : -Infinity;
  const estimate = (value: number, scale: number, range: ScoreRange | null): Estimate => ({
    expected: value,
    interval:
      range === null
        ? null
        : {
            low: Math.max(floor, Math.min(value, value + scale * range.low)),
            high: Math.max(value, value + scale * range.high),
          },
  });
  return {
    daily: Array.from(expected, (value, step) =>
      estimate(value, dayScale, dayRange(calibration, horizon, step)),
    ),
    total: estimate(
      expected.reduce((sum, value) => sum + value, 0),
      totalScale,
      calibration.total,
    ),
  };
}

function backTestOf(all: readonly Tried[], horizon: Horizon): BackTest {
  const { calendar, steps } = horizon;
  const origins = all[0]?.trials ?? [];
  const counts = { daysInside: 0, daysCount: 0, totalsInside: 0, totalsCount: 0 };
  const missed = { ours: 0, naive: 0, cost: 0 };
  origins.forEach(({ origin }, at) => {
    const calibration = calibrate(scoresOf(all, { ...horizon, origin }));
    for (const { cost, trials } of all) {
      const trial = trials[at] as Trial;
      const coverage = coverageOf(cost, trial, { calibration, calendar });
      counts.daysInside += coverage.daysInside;
      counts.daysCount += coverage.daysCount;
      counts.totalsInside += coverage.totalsInside;
      counts.totalsCount += coverage.totalsCount;
      if (trial.stepsKnown === steps) addMisses(missed, cost, trial);
    }
  });
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  return {
    originsCount: origins.length,
    dayCoverage: share(counts.daysInside, counts.daysCount),
    totalCoverage: share(counts.totalsInside, counts.totalsCount),
    totalWape: share(missed.ours, missed.cost),
    naiveTotalWape: share(missed.naive, missed.cost),
  };
}

function addMisses(
  missed: { ours: number; naive: number; cost: number },
  cost: Float64Array,
  { origin, stepsKnown, forecast }: Trial,
): void {
  let [ours, naive, came] = [0, 0, 0];
  for (let step = 0; step < stepsKnown; step++) {
    came += cost[origin + step] as number;
    ours += forecast.expected[step] as number;
    naive += cost[origin - 7 + (step % 7)] as number;
  }
  missed.ours += Math.abs(came - ours);
  missed.naive += Math.abs(came - naive);
  missed.cost += Math.abs(came);
}
