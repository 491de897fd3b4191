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

/** Bins of `|deviation|`: 0 holds zero (exactly as expected), the last is the atom at 1, between them 200 of equal width in the cube root. */
export const BINS = 202;
export const BIN_ATOM = BINS - 1;
/** From this absolute deviation on a leaf is new or vanished. */
export const ATOM_FROM = 0.99995;
const INNER = BINS - 2;

/** Middle of each bin. */
export const BIN_CENTRE: Float64Array = Float64Array.from({ length: BINS }, (_, bin) => {
  if (bin === 0) return 0;
  return bin === BIN_ATOM ? 1 : ((bin - 0.5) / INNER) ** 3;
});

/** The bin of an absolute deviation. */
export function binOf(x: number): number {
  if (x >= ATOM_FROM) return BIN_ATOM;
  if (x <= 0) return 0;
  return 1 + Math.min(INNER - 1, Math.floor(Math.cbrt(x) * INNER));
}

/** The bin of a deviation with its sign: negative where costs went down. */
export function signedBinOf(x: number): number {
  return x < 0 ? -binOf(-x) : binOf(x);
}

/** Limits of the shares that chance may claim; the first pass, before causes are known, is stricter. */
export interface NullLimits {
  readonly outlierShareMax: number;
  readonly atomShareMax: number;
}

const SCALE_RATIOS = [0.5, 0.7, 0.85, 1, 1.2, 1.45, 2, 4] as const;
const BASE_COMPONENT = 5;
const EM_ROUNDS = 40;
/** This share of leaves may stand out without being taken for what chance does to leaves of this table. */
const OUTLIER_SHARE_ALLOWED = 0.003;
/** In small tables, so many leaves may. */
const OUTLIERS_ALLOWED = 2;
const SHARE_MIN = 1e-8;
const SCALE_MAX = 0.5;
const SCALE_MIN = 2e-4;
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
  const density = new Float64Array(BINS);
  for (let bin = 1; bin < BIN_ATOM; bin++) {
    density[bin] = innerShare * densityAt(components, bin) + 1e-30;
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
    if (below * 2 >= inner) return Math.max(SCALE_MIN, (BIN_CENTRE[bin] as number) / 0.6745);
  }
  return SCALE_UNKNOWN;
}

/**
 * Density of noise of one scale. It may be relative to the actual or to the expected figure, so it
 * is the even mixture of `x` and of `x / (1 − x)` being half-normal.
 */
function noiseDensity(sigma: number): Float64Array {
  const norm = Math.SQRT2 / (Math.sqrt(Math.PI) * sigma);
  return BIN_CENTRE.map((x) => {
    if (x >= 1) return 0;
    const y = x / (1 - x);
    const direct = Math.exp(-0.5 * (x / sigma) ** 2);
    const swapped = Math.exp(-0.5 * (y / sigma) ** 2) / (1 - x) ** 2;
    return 0.5 * norm * (direct + swapped);
  });
}

/** Noise of growing scale, then the uniform of chance outliers. */
function mixtureComponents(scale: number): Component[] {
  const noise = SCALE_RATIOS.map((ratio) => {
    const sigma = Math.min(SCALE_MAX, scale * ratio);
    return { sigma, density: noiseDensity(sigma), weight: 1 };
  });
  return [...noise, { sigma: 0, density: new Float64Array(BINS).fill(1), weight: 1 }];
}

/** Log-likelihood of a density, an outlier counting no more than chance lets it. */
function logLikelihood(histogram: Float64Array, densityAt: (bin: number) => number): number {
  let sum = 0;
  for (let bin = 1; bin < BIN_ATOM; bin++) {
    const count = histogram[bin] as number;
    if (count > 0) sum += count * Math.log(densityAt(bin) + OUTLIER_SHARE_ALLOWED);
  }
  return sum;
}

/** The noise of one scale that fits best, with what it reaches. */
function bestSingle(histogram: Float64Array, scale: number): { component: Component; fit: number } {
  let best = {
    component: { sigma: scale, density: noiseDensity(scale), weight: 1 },
    fit: -Infinity,
  };
  for (let ratio = 0.8; ratio <= 1.3; ratio += 0.025) {
    const sigma = Math.min(SCALE_MAX, scale * ratio);
    const density = noiseDensity(sigma);
    const fit = logLikelihood(histogram, (bin) => density[bin] as number);
    if (fit > best.fit) best = { component: { sigma, density, weight: 1 }, fit };
  }
  return best;
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
  const fit = logLikelihood(histogram, (bin) => densityAt(components, bin));
  if (fit - single.fit > MIXTURE_GAIN_MIN) return components;
  const outliers = { sigma: 0, density: new Float64Array(BINS).fill(1), weight: SHARE_MIN };
  return [single.component, outliers];
}

function densityAt(components: readonly Component[], bin: number): number {
  let density = 0;
  for (const component of components)
    density += component.weight * (component.density[bin] as number);
  return density;
}

function fitWeights(
  histogram: Float64Array,
  components: readonly Float64Array[],
  outlierShareMax: number,
): Float64Array {
  const size = components.length;
  let weights: Float64Array = new Float64Array(size).fill(1 / size);
  for (let round = 0; round < EM_ROUNDS; round++) {
    const next = new Float64Array(size).fill(1e-9);
    for (let bin = 1; bin < BIN_ATOM; bin++) {
      const count = histogram[bin] as number;
      if (count === 0) continue;
      let density = 0;
      for (let k = 0; k < size; k++) {
        density += (weights[k] as number) * ((components[k] as Float64Array)[bin] as number);
      }
      for (let k = 0; k < size; k++) {
        const part = (weights[k] as number) * ((components[k] as Float64Array)[bin] as number);
        next[k] = (next[k] as number) + (count * part) / (density + 1e-300);
      }
    }
    weights = normalise(next, outlierShareMax);
  }
  return withoutAllowed(weights, histogram);
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
