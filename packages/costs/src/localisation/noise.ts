import { BIN_CENTRE, BINS } from './bins.ts';

/** One scale of noise, from a grid of scales that grow by the same ratio. */
export interface Noise {
  readonly sigma: number;
  readonly density: Float64Array;
}

/** Ratio of neighbouring scales of the grid. */
const RATIO_LOG = Math.log(1.025);
const SCALE_MIN = 2e-4;
const SCALE_MAX = 0.5;
const INDEX_MAX = Math.round(Math.log(SCALE_MAX / SCALE_MIN) / RATIO_LOG);
const grid: (Noise | undefined)[] = [];

/** Place on the grid of the scale nearest to `sigma`. */
export function scaleIndex(sigma: number): number {
  return Math.round(Math.log(Math.max(SCALE_MIN, sigma) / SCALE_MIN) / RATIO_LOG);
}

/** So many places further the scale is larger by `ratio`. */
export function placesOf(ratio: number): number {
  return Math.round(Math.log(ratio) / RATIO_LOG);
}

/** The noise at a place of the grid, held to its ends; computed once a process, since it depends on nothing else. */
export function noiseAt(index: number): Noise {
  const place = Math.max(0, Math.min(INDEX_MAX, index));
  return (grid[place] ??= noiseOf(SCALE_MIN * Math.exp(place * RATIO_LOG)));
}

/**
 * Density of noise of one scale. It may be relative to the actual or to the expected figure, so it
 * is the even mixture of `x` and of `x / (1 − x)` being half-normal.
 */
function noiseOf(sigma: number): Noise {
  const norm = Math.SQRT2 / (Math.sqrt(Math.PI) * sigma);
  const density = new Float64Array(BINS);
  for (let bin = 0; bin < BINS - 1; bin++) {
    const x = BIN_CENTRE[bin] as number;
    const y = x / (1 - x);
    const direct = Math.exp(-0.5 * (x / sigma) ** 2);
    const swapped = Math.exp(-0.5 * (y / sigma) ** 2) / (1 - x) ** 2;
    density[bin] = 0.5 * norm * (direct + swapped);
  }
  return { sigma, density };
}
