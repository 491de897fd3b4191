import type { Calendar } from '../detection/calendar.ts';
import { forecastPoint, type PointForecast } from './point-forecast.ts';

/** What was forecast on one past day, and what came. */
export interface Trial {
  /** Days of history that the forecast was made from. */
  readonly origin: number;
  /** Steps whose days have passed since; at most those asked for. */
  readonly stepsKnown: number;
  readonly forecast: PointForecast;
}

/** Past days that forecasts are repeated on, a week apart, the newest first. */
export const ORIGINS_MAX = 14;
/** A forecast from less history than this says nothing of later ones. */
const ORIGIN_DAYS_MIN = 28;
const ORIGIN_STRIDE_DAYS = 7;

/** Days of history at each origin, the newest first; all are before `count`. */
export function originsBefore(count: number): readonly number[] {
  const origins: number[] = [];
  for (
    let origin = count - ORIGIN_STRIDE_DAYS;
    origin >= ORIGIN_DAYS_MIN;
    origin -= ORIGIN_STRIDE_DAYS
  ) {
    if (origins.length === ORIGINS_MAX) break;
    origins.push(origin);
  }
  return origins;
}

/** Repeats the forecast of one series on every origin, each with the history of its day only. */
export function tryForecasts(
  cost: Float64Array,
  calendar: Calendar,
  { count, steps }: { readonly count: number; readonly steps: number },
): readonly Trial[] {
  return originsBefore(count).map((origin) => ({
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
