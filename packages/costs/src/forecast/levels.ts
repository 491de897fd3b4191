import { medianOf } from '../detection/robust.ts';

/** Forecasts the level of a series without season: fills `out` with the steps after the last cell of `level`. */
export type LevelForecast = (level: Float64Array, out: Float64Array) => void;

/** Days that the smoothing methods are fitted on. */
const FIT_DAYS = 90;
const START_DAYS = 14;
/** Damping of the trend of exponential smoothing, a day. */
const DAMPING = 0.98;

/**
 * Medians of the newest days, the mean over several `spans` of them, carried on by the Theil–Sen slope of weekly medians
 * (Sen 1968, J. Am. Stat. Assoc. 63): the median of the slopes of all pairs, which up to 29 % of anomalous weeks cannot
 * move. A short span follows a new level soon, a long one is not led astray by an anomaly.
 */
export function robustTrend(spans: readonly number[], weeksMax: number): LevelForecast {
  return (level, out) => {
    const weeks: number[] = [];
    for (let week = 0; week < weeksMax && level.length >= 7 * (week + 1); week++) {
      const end = level.length - 7 * week;
      weeks.push(medianOf(level.slice(end - 7, end), 7));
    }
    const slopes: number[] = [];
    weeks.forEach((newer, at) => {
      for (let back = at + 1; back < weeks.length; back++) {
        slopes.push((newer - (weeks[back] as number)) / (7 * (back - at)));
      }
    });
    const slope = medianOf(Float64Array.from(slopes), slopes.length);
    let start = 0;
    for (const span of spans) {
      const recent = level.slice(-span);
      // The median stands for the middle of its days, so the slope carries it to their end first.
      const now = medianOf(recent, recent.length) + (slope * (recent.length - 1)) / 2;
      start += now / spans.length;
    }
    for (let step = 0; step < out.length; step++) out[step] = start + slope * (step + 1);
  };
}

/**
 * The Theta method as simple exponential smoothing with drift: half the slope of the linear regression (Assimakopoulos &
 * Nikolopoulos 2000, Int. J. Forecasting 16; this form Hyndman & Billah 2003, Int. J. Forecasting 19). The smoothing
 * constant is that of the least squared one-step error.
 */
export const theta: LevelForecast = (level, out) => {
  const fit = level.slice(-FIT_DAYS);
  let best = { error: Infinity, level: 0, alpha: 1 };
  for (const alpha of [0.05, 0.1, 0.2, 0.35, 0.5, 0.7]) {
    let smoothed = startOf(fit);
    let error = 0;
    for (const value of fit) {
      error += (value - smoothed) ** 2;
      smoothed += alpha * (value - smoothed);
    }
    if (error < best.error) best = { error, level: smoothed, alpha };
  }
  const drift = slopeOf(fit) / 2;
  const lag = (1 - (1 - best.alpha) ** fit.length) / best.alpha;
  for (let step = 0; step < out.length; step++) out[step] = best.level + drift * (step + lag);
};

/**
 * Exponential smoothing with a damped additive trend (Gardner & McKenzie 1985, Management Science 31), the constants
 * chosen by the least absolute one-step error, which an anomaly bends less than the squared one.
 */
export const dampedTrend: LevelForecast = (level, out) => {
  const fit = level.slice(-FIT_DAYS);
  let best = { error: Infinity, level: 0, trend: 0 };
  for (const alpha of [0.05, 0.1, 0.2, 0.35, 0.5]) {
    for (const beta of [0, 0.02, 0.05, 0.1]) {
      let smoothed = startOf(fit);
      let trend = 0;
      let error = 0;
      for (const value of fit) {
        const ahead = smoothed + DAMPING * trend;
        const miss = value - ahead;
        error += Math.abs(miss);
        smoothed = ahead + alpha * miss;
        trend = DAMPING * trend + alpha * beta * miss;
      }
      if (error < best.error) best = { error, level: smoothed, trend };
    }
  }
  let damping = 1;
  let carried = 0;
  for (let step = 0; step < out.length; step++) {
    damping *= DAMPING;
    carried += damping;
    out[step] = best.level + carried * best.trend;
  }
};

function startOf(fit: Float64Array): number {
  const first = fit.slice(0, START_DAYS);
  return medianOf(first, first.length);
}

function slopeOf(values: Float64Array): number {
  const middle = (values.length - 1) / 2;
  let product = 0;
  let squares = 0;
  values.forEach((value, at) => {
    product += (at - middle) * value;
    squares += (at - middle) ** 2;
  });
  return squares === 0 ? 0 : product / squares;
}
