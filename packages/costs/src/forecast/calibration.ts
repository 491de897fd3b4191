import type { Calendar } from '../detection/calendar.ts';
import { holdSameEdges, type Trial } from './back-test.ts';
import { placeOf } from './month-edge.ts';
import type { PointForecast } from './point-forecast.ts';

/** Share of days and of sums that intervals are meant to hold. */
export const INTERVAL_LEVEL = 0.8;
/** One error in so many is left outside at either end. */
const ONE_OUTSIDE_IN = 10;

/** Errors in units of the series' own scale at the time: of one day, by its kind, and of the sum of all steps. */
export interface Scores {
  /** First cell: 1 to 7 days ahead, and so on; the last: the first and last days of months, however far ahead. */
  readonly days: readonly Float64Array[];
  readonly total: Float64Array;
}

/** Lowest and highest score that an interval holds. */
export interface ScoreRange {
  readonly low: number;
  readonly high: number;
}

/** The ranges of {@link Scores}; null where too few errors are known to say. */
export interface Calibration {
  readonly days: readonly (ScoreRange | null)[];
  readonly total: ScoreRange | null;
}

/** One series with its trials. */
export interface Tried {
  readonly cost: Float64Array;
  readonly trials: readonly Trial[];
}

/** With fewer errors the outer tenths are guesswork: nine are the least that can leave one outside either end. */
const SCORES_MIN = 9;
const BUCKET_DAYS = 7;

/** Sums of steps that hold the same edges of months are judged by each other alone, if there are so many. */
const TOTALS_ALIKE_MIN = 40;

/** What a forecast is calibrated for. */
export interface Horizon {
  readonly calendar: Calendar;
  readonly steps: number;
  /** Days of history when it is made; only errors of days before count. */
  readonly origin: number;
}

/**
 * Pools the errors of all series. Dividing by the scale makes a large series and a small one comparable, so one pool of errors
 * serves all: split conformal prediction with locally weighted scores (Papadopoulos et al. 2008; Lei et al. 2018, J. Am. Stat. Assoc. 113).
 * Days at a month's edge, and sums over steps with the same edges, are pools of their own (Mondrian conformal prediction: Vovk,
 * Lindsay, Nouretdinov & Gammerman 2003), since more is missed there than on other days.
 */
export function scoresOf(tried: readonly Tried[], horizon: Horizon): Scores {
  const { calendar, steps, origin: until } = horizon;
  const days = Array.from({ length: Math.ceil(steps / BUCKET_DAYS) + 1 }, () => [] as number[]);
  const totals: number[] = [];
  const alike: number[] = [];
  for (const { cost, trials } of tried) {
    for (const { origin, forecast } of trials) {
      const { expected, dayScale, totalScale } = forecast;
      if (dayScale === 0) continue;
      const known = Math.min(steps, until - origin);
      let sum = 0;
      for (let step = 0; step < known; step++) {
        const error = (cost[origin + step] as number) - (expected[step] as number);
        days[bucketOf(step, horizon, origin)]?.push(error / dayScale);
        sum += error;
      }
      if (known !== steps) continue;
      totals.push(sum / totalScale);
      if (holdSameEdges(calendar, [origin, until], steps)) alike.push(sum / totalScale);
    }
  }
  const total = Float64Array.from(alike.length >= TOTALS_ALIKE_MIN ? alike : totals);
  return { days: days.map((scores) => Float64Array.from(scores)), total };
}

/**
 * Ranges that hold the middle 80 % of the scores; a week ahead without enough errors of its own borrows those of the weeks before,
 * the days of a month's edge those of all days.
 */
export function calibrate(scores: Scores): Calibration {
  let borrowed = new Float64Array(0);
  const weeks = scores.days.slice(0, -1).map((own) => {
    if (own.length >= SCORES_MIN) borrowed = own.slice();
    else borrowed = Float64Array.from([...borrowed, ...own]);
    return rangeOf(borrowed);
  });
  const edge = scores.days.at(-1) ?? new Float64Array(0);
  const all = () => Float64Array.from(scores.days.flatMap((own) => [...own]));
  const days = [...weeks, rangeOf(edge.length >= SCORES_MIN ? edge : all())];
  return { days, total: rangeOf(scores.total) };
}

/** Order statistics with the correction for a finite sample: the ⌊(n + 1) / 10⌋-th of n errors from either end. */
function rangeOf(scores: Float64Array): ScoreRange | null {
  if (scores.length < SCORES_MIN) return null;
  const sorted = scores.slice().sort();
  const outside = Math.floor((sorted.length + 1) / ONE_OUTSIDE_IN);
  return {
    low: sorted[outside - 1] as number,
    high: sorted[sorted.length - outside] as number,
  };
}

/** The range that goes with a step after `origin`. */
export function dayRange(
  calibration: Calibration,
  { calendar, steps, origin }: Horizon,
  step: number,
): ScoreRange | null {
  return calibration.days[bucketOf(step, { calendar, steps }, origin)] ?? null;
}

function bucketOf(
  step: number,
  { calendar, steps }: Pick<Horizon, 'calendar' | 'steps'>,
  origin: number,
): number {
  if (placeOf(calendar, origin + step) !== 0) return Math.ceil(steps / BUCKET_DAYS);
  return Math.floor(step / BUCKET_DAYS);
}

/** How many of the known days and sums lay inside the ranges. */
export interface Coverage {
  readonly daysInside: number;
  readonly daysCount: number;
  readonly totalsInside: number;
  readonly totalsCount: number;
}

/** Counts, for one trial, what lay inside; nothing is counted where there is no range or the series has no scale. */
export function coverageOf(
  cost: Float64Array,
  { origin, stepsKnown, forecast }: Trial,
  { calibration, calendar }: { readonly calibration: Calibration; readonly calendar: Calendar },
): Coverage {
  const { expected, dayScale, totalScale }: PointForecast = forecast;
  let [daysInside, daysCount, sum] = [0, 0, 0];
  for (let step = 0; step < stepsKnown && dayScale > 0; step++) {
    const error = (cost[origin + step] as number) - (expected[step] as number);
    sum += error;
    const range = dayRange(calibration, { calendar, steps: expected.length, origin }, step);
    if (range === null) continue;
    daysCount++;
    if (holds(range, error / dayScale)) daysInside++;
  }
  const { total } = calibration;
  const whole = stepsKnown === expected.length && dayScale > 0 && total !== null;
  return {
    daysInside,
    daysCount,
    totalsInside: whole && holds(total, sum / totalScale) ? 1 : 0,
    totalsCount: whole ? 1 : 0,
  };
}

function holds({ low, high }: ScoreRange, score: number): boolean {
  return score >= low && score <= high;
}
