import type { Calendar } from '../detection/calendar.ts';
import { placeOf } from './month-edge.ts';
import { forecastPoint, type PointForecast } from './point-forecast.ts';

/** What was forecast on one past day, and what came. */
export interface Trial {
  /** Days of history that the forecast was made from. */
  readonly origin: number;
  /** Steps whose days have passed since; at most those asked for. */
  readonly stepsKnown: number;
  readonly forecast: PointForecast;
}

/** Past days that forecasts are repeated on. */
const ORIGINS_MAX = 14;
/** Of these, at most so many are chosen for lying like now before a month's edge. */
const LIKE_NOW_MAX = 4;
/** No two of those are nearer to each other. */
const LIKE_NOW_APART_DAYS = 21;
/** A forecast from less history than this says nothing of later ones. */
const ORIGIN_DAYS_MIN = 28;
const ORIGIN_STRIDE_DAYS = 7;

/**
 * Days of history at each origin, the newest first; all are before the forecast's `count`. Origins are
 * a week apart, and some are added whose steps hold the same edges of months: what falls on a month's
 * end is missed by more than other days, so errors without one say little of a forecast with one.
 */
function originsBefore(
  calendar: Calendar,
  { count, steps }: { readonly count: number; readonly steps: number },
): readonly number[] {
  const origins = new Set<number>();
  let next = count - Math.max(steps, ORIGIN_STRIDE_DAYS);
  for (let origin = next; origin >= ORIGIN_DAYS_MIN; origin--) {
    if (origin > next || !holdSameEdges(calendar, [origin, count], steps)) continue;
    if (origins.size === LIKE_NOW_MAX) break;
    origins.add(origin);
    next = origin - LIKE_NOW_APART_DAYS;
  }
  for (
    let origin = count - ORIGIN_STRIDE_DAYS;
    origin >= ORIGIN_DAYS_MIN && origins.size < ORIGINS_MAX;
    origin -= ORIGIN_STRIDE_DAYS
  ) {
    origins.add(origin);
  }
  return [...origins].sort((a, b) => b - a);
}

/** Whether the steps after two origins hold as many first and as many last days of months. */
export function holdSameEdges(
  calendar: Calendar,
  [one, other]: readonly [number, number],
  steps: number,
): boolean {
  let [first, last] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const here = placeOf(calendar, one + step);
    const there = placeOf(calendar, other + step);
    first += Number(here > 0) - Number(there > 0);
    last += Number(here < 0) - Number(there < 0);
  }
  return first === 0 && last === 0;
}

/** Repeats the forecast of one series on every origin, each with the history of its day only. */
export function tryForecasts(
  cost: Float64Array,
  calendar: Calendar,
  { count, steps }: { readonly count: number; readonly steps: number },
): readonly Trial[] {
  return originsBefore(calendar, { count, steps }).map((origin) => ({
    origin,
    stepsKnown: Math.min(steps, count - origin),
    forecast: forecastPoint(cost, calendar, { count: origin, steps }),
  }));
}

/** Adds trials of several series up, origin by origin; the scales are the sum's own, as `scaled` has them. */
export function sumTrials(
  trials: readonly (readonly Trial[])[],
  scaled: readonly Trial[],
): readonly Trial[] {
  return scaled.map(({ origin, stepsKnown, forecast }, at) => {
    const expected = new Float64Array(forecast.expected.length);
    for (const series of trials) {
      const one = series[at] as Trial;
      for (let step = 0; step < expected.length; step++) {
        expected[step] = (expected[step] as number) + (one.forecast.expected[step] as number);
      }
    }
    return { origin, stepsKnown, forecast: { ...forecast, expected } };
  });
}
