import { BIN_ATOM, BIN_CENTRE, BINS } from './bins.ts';
import { noiseAt, placesOf, scaleIndex } from './noise.ts';

/** 0: costs went up, 1: costs went down. */
export type Side = 0 | 1;

/**
 * What a leaf's deviation looks like when nothing happened to it, for each sign apart: forecasts
 * overshoot and undershoot differently, and causes usually sit on one side only.
 *
 * Density of `x = |deviation|` on (0, 1): a mixture of half-normals with fixed ratios of scale (a
 * robust Gaussian scale mixture; the base scale is the median absolute deviation, Hampel 1974), a
 * small uniform share for chance outliers, and an atom at 1 for values that appear or vanish.
 * Fitted on a histogram, so that a fit costs the same for any number of leaves.
 */
export interface NullModel {
  /** Per bin of `binOf`, the density on each side: `density[side]`. */
  readonly density: readonly [Float64Array, Float64Array];
}

/** Limits of the shares that chance may claim; the first pass, before causes are known, is stricter. */
export interface NullLimits {
  readonly outlierShareMax: number;
  readonly atomShareMax: number;
}

const SCALE_RATIOS = [0.5, 0.7, 0.85, 1, 1.2, 1.45, 2, 4] as const;
const BASE_COMPONENT = 5;
const EM_ROUNDS = 40;
/** The rounds end early when no weight moves by more. */
const WEIGHT_CHANGE_MIN = 1e-4;
/** Steps on the grid of scales by which the single scale is sought, from the robust one (a factor of 0.77 to 1.3). */
const SINGLE_STEPS = [4, 1] as const;
/** Density of chance outliers. */
const UNIFORM = new Float64Array(BINS).fill(1);
/** This share of leaves may stand out without being taken for what chance does to leaves of this table. */
const OUTLIER_SHARE_ALLOWED = 0.003;
/** In small tables, so many leaves may. */
const OUTLIERS_ALLOWED = 2;
const SHARE_MIN = 1e-8;
/** Gain in log-likelihood for which a mixture of scales is preferred to one scale. */
const MIXTURE_GAIN_MIN = 10;
const SCALE_UNKNOWN = 0.05;
/** One side's noise is at most this multiple of the other's; beyond it a cause is what widens the side. */
const SCALE_RATIO_MAX = 1.4;

/** One part of the noise; `sigma` 0 stands for the uniform of outliers. */
interface Component {
  readonly sigma: number;
  readonly density: Float64Array;
  weight: number;
}

/** Fits the null to histograms of leaves per side; `leaves` counts every leaf that has any cost. */
export function fitNull(
  histograms: readonly [Float64Array, Float64Array],
  leaves: number,
  limits: NullLimits,
): NullModel {
  const scales = [scaleOf(histograms[0]), scaleOf(histograms[1])] as const;
  const fitSide = (side: Side, other: Side): Float64Array => {
    const scale = Math.min(scales[side], SCALE_RATIO_MAX * scales[other]);
    return sideDensity(histograms[side], scale, { leaves, limits });
  };
  return { density: [fitSide(0, 1), fitSide(1, 0)] };
}

function innerCount(histogram: Float64Array): number {
  let inner = 0;
  for (let bin = 1; bin < BIN_ATOM; bin++) inner += histogram[bin] as number;
  return inner;
}

function sideDensity(
  histogram: Float64Array,
  scale: number,
  { leaves, limits }: { leaves: number; limits: NullLimits },
): Float64Array {
  const total = Math.max(1, leaves);
  const innerShare = Math.max(0.05, innerCount(histogram) / total);
  const components = fitNoise(histogram, scale, limits);
  const mixed = mixedDensity(components);
  const density = new Float64Array(BINS);
  for (let bin = 1; bin < BIN_ATOM; bin++) {
    density[bin] = innerShare * (mixed[bin] as number) + 1e-30;
  }
  density[0] = Math.max(0.05, 1 - innerShare);
  const beyond = innerShare * shareBeyondOne(components);
  const seen = shareBeyondAllowed(histogram[BIN_ATOM] as number, total);
  density[BIN_ATOM] = Math.min(limits.atomShareMax, seen + beyond);
  return density;
}

/** Share of the noise that would pass 1, were it not bounded there: half of the leaves follow the direct half-normal. */
function shareBeyondOne(components: readonly Component[]): number {
  let share = 0;
  for (const { sigma, weight } of components) {
    if (sigma === 0) continue;
    // Mills' bound of the normal tail, tight for 1 / sigma above 2.
    const tail = ((Math.SQRT2 * sigma) / Math.sqrt(Math.PI)) * Math.exp(-0.5 / sigma ** 2);
    share += 0.5 * weight * Math.min(1, tail);
  }
  return share;
}

function shareBeyondAllowed(count: number, total: number): number {
  return Math.max(
    SHARE_MIN,
    (count - Math.max(OUTLIERS_ALLOWED, OUTLIER_SHARE_ALLOWED * total)) / total,
  );
}

/** Median of the inner deviations over 0.6745: the scale of a half-normal with that median. */
function scaleOf(histogram: Float64Array): number {
  const inner = innerCount(histogram);
  if (inner === 0) return SCALE_UNKNOWN;
  let below = 0;
  for (let bin = 1; bin < BIN_ATOM; bin++) {
    below += histogram[bin] as number;
    if (below * 2 >= inner) return (BIN_CENTRE[bin] as number) / 0.6745;
  }
  return SCALE_UNKNOWN;
}

/** Noise of growing scale, then the uniform of chance outliers. */
function mixtureComponents(scale: number): Component[] {
  const base = scaleIndex(scale);
  const noise = SCALE_RATIOS.map((ratio) => ({ ...noiseAt(base + placesOf(ratio)), weight: 1 }));
  return [...noise, { sigma: 0, density: UNIFORM, weight: 1 }];
}

/** Log-likelihood of a density, an outlier counting no more than chance lets it. */
function logLikelihood(histogram: Float64Array, density: Float64Array): number {
  let sum = 0;
  for (let bin = 1; bin < BIN_ATOM; bin++) {
    const count = histogram[bin] as number;
    if (count > 0) sum += count * Math.log((density[bin] as number) + OUTLIER_SHARE_ALLOWED);
  }
  return sum;
}

/** The noise of one scale that fits best, with what it reaches. */
function bestSingle(histogram: Float64Array, scale: number): { component: Component; fit: number } {
  const base = scaleIndex(scale);
  let best = { index: base, fit: logLikelihood(histogram, noiseAt(base).density) };
  for (const step of SINGLE_STEPS) {
    const around = best.index;
    for (const index of [around - 2 * step, around - step, around + step, around + 2 * step]) {
      const fit = logLikelihood(histogram, noiseAt(index).density);
      if (fit > best.fit) best = { index, fit };
    }
  }
  return { component: { ...noiseAt(best.index), weight: 1 }, fit: best.fit };
}

/** The simplest noise that fits: one scale, unless a mixture of scales describes the leaves clearly better. */
function fitNoise(
  histogram: Float64Array,
  scale: number,
  limits: NullLimits,
): readonly Component[] {
  const single = bestSingle(histogram, scale);
  const components = mixtureComponents(scale);
  const densities = components.map((component) => component.density);
  const weights = fitWeights(histogram, densities, limits.outlierShareMax);
  components.forEach((component, k) => (component.weight = weights[k] as number));
  const fit = logLikelihood(histogram, mixedDensity(components));
  if (fit - single.fit > MIXTURE_GAIN_MIN) return components;
  const outliers = { sigma: 0, density: UNIFORM, weight: SHARE_MIN };
  return [single.component, outliers];
}

/** The density of all components together. */
function mixedDensity(components: readonly Component[]): Float64Array {
  const mixed = new Float64Array(BINS);
  for (const { weight, density } of components) {
    for (let bin = 0; bin < BINS; bin++) {
      mixed[bin] = (mixed[bin] as number) + weight * (density[bin] as number);
    }
  }
  return mixed;
}

/** Weights of the components by expectation and maximisation, over the bins that hold leaves. */
function fitWeights(
  histogram: Float64Array,
  components: readonly Float64Array[],
  outlierShareMax: number,
): Float64Array {
  const bins: number[] = [];
  for (let bin = 1; bin < BIN_ATOM; bin++) if ((histogram[bin] as number) > 0) bins.push(bin);
  const counts = Float64Array.from(bins, (bin) => histogram[bin] as number);
  const size = components.length;
  const densities = new Float64Array(bins.length * size);
  bins.forEach((bin, i) => {
    for (let k = 0; k < size; k++) densities[i * size + k] = components[k]?.[bin] as number;
  });
  let weights: Float64Array = new Float64Array(size).fill(1 / size);
  for (let round = 0; round < EM_ROUNDS; round++) {
    const next = normalise(reweigh(weights, counts, densities), outlierShareMax);
    const moved = next.reduce(
      (most, one, k) => Math.max(most, Math.abs(one - (weights[k] ?? 0))),
      0,
    );
    weights = next;
    if (moved < WEIGHT_CHANGE_MIN) break;
  }
  return withoutAllowed(weights, histogram);
}

function reweigh(
  weights: Float64Array,
  counts: Float64Array,
  densities: Float64Array,
): Float64Array {
  const size = weights.length;
  const next = new Float64Array(size).fill(1e-9);
  for (let i = 0; i < counts.length; i++) {
    let density = 1e-300;
    for (let k = 0; k < size; k++)
      density += (weights[k] as number) * (densities[i * size + k] as number);
    const share = (counts[i] as number) / density;
    for (let k = 0; k < size; k++) {
      next[k] =
        (next[k] as number) + share * (weights[k] as number) * (densities[i * size + k] as number);
    }
  }
  return next;
}

/** Takes the allowed outliers out of the wide components, so that a few causes are not their own excuse. */
function withoutAllowed(weights: Float64Array, histogram: Float64Array): Float64Array {
  const inner = innerCount(histogram);
  return weights.map((weight, k) =>
    k <= BASE_COMPONENT ? weight : shareBeyondAllowed(weight * inner, Math.max(1, inner)),
  );
}

/** Weights that add up to one, the last (outliers) held to its limit. */
function normalise(weights: Float64Array, outlierShareMax: number): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const last = weights.length - 1;
  const outliers = Math.min(outlierShareMax, (weights[last] as number) / total);
  const rest = total - (weights[last] as number);
  return weights.map((weight, k) => (k === last ? outliers : (weight / rest) * (1 - outliers)));
}
