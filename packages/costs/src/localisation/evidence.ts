import type { Cube } from './cube.ts';
import {
  BIN_ATOM,
  BIN_CENTRE,
  BINS,
  binOf,
  fitNull,
  type NullLimits,
  type NullModel,
  type Side,
} from './null-model.ts';

export type { Side } from './null-model.ts';

/** What is known of each leaf once and for all: its side, its bin of deviation, its change. */
export interface LeafEvidence {
  /** `actual − expected`. */
  readonly delta: Float64Array;
  readonly bin: Int16Array;
  /** Class of size, 0 the smallest: small leaves are noisier and come and go more often than large ones. */
  readonly size: Uint8Array;
  /** 1 where actual is below expected. */
  readonly side: Uint8Array;
  /** 0 where both figures are zero: such a leaf says nothing about any cause. */
  readonly informative: Uint8Array;
}

/** Share of a cause's leaves that may stay as they were: bounds what one contrary leaf can cost. */
export const CONTRARY_SHARE = 0.03;
const SIZE_CLASSES_MAX = 8;
const CLASS_LEAVES_MIN = 400;
export const CONTRARY_LOG: number = Math.log(CONTRARY_SHARE);

/**
 * Bounded relative deviation `(v − f) / max(|v|, |f|)` of every leaf: 0 as expected, 1 new, −1
 * vanished. It treats halving and doubling alike, which `(v − f) / f` does not (compare the
 * deviation scores of Squeeze, Li et al., ISSRE 2019, and RiskLoc, Kalander, arXiv 2205.10004).
 */
export function leafEvidence(cube: Cube): LeafEvidence {
  const { actual, expected } = cube;
  const leaves = actual.length;
  const delta = new Float64Array(leaves);
  const bin = new Int16Array(leaves);
  const side = new Uint8Array(leaves);
  const informative = new Uint8Array(leaves);
  const sizes = new Float64Array(leaves);
  for (let i = 0; i < leaves; i++) {
    const v = actual[i] as number;
    const f = expected[i] as number;
    const scale = Math.max(Math.abs(v), Math.abs(f));
    if (scale === 0) continue;
    informative[i] = 1;
    sizes[i] = scale;
    delta[i] = v - f;
    bin[i] = binOf(Math.abs(v - f) / scale);
    side[i] = v < f ? 1 : 0;
  }
  return { delta, bin, side, informative, size: sizeClasses(sizes) };
}

/** Cuts the leaves into classes of equal number by size; leaves of no cost are in class 0. */
function sizeClasses(sizes: Float64Array): Uint8Array {
  const sorted = sizes.filter((size) => size > 0).sort();
  const classes = Math.max(
    1,
    Math.min(SIZE_CLASSES_MAX, Math.floor(sorted.length / CLASS_LEAVES_MIN)),
  );
  const limits = Array.from(
    { length: classes - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / classes)] as number,
  );
  const classOf = new Uint8Array(sizes.length);
  for (let i = 0; i < sizes.length; i++) {
    let k = 0;
    while (k < limits.length && (sizes[i] as number) >= (limits[k] as number)) k++;
    classOf[i] = k;
  }
  return classOf;
}

/** Fits a null to each class of size on the leaves that are not taken. */
export function fitNulls(
  evidence: LeafEvidence,
  taken: Uint8Array,
  limits: NullLimits,
): readonly NullModel[] {
  const classes = evidence.size.reduce((most, size) => Math.max(most, size), 0) + 1;
  const histograms = Array.from({ length: classes }, (): [Float64Array, Float64Array] => [
    new Float64Array(BINS),
    new Float64Array(BINS),
  ]);
  const leaves = new Float64Array(classes);
  for (let i = 0; i < evidence.bin.length; i++) {
    if (!evidence.informative[i] || taken[i]) continue;
    const size = evidence.size[i] as number;
    leaves[size] = (leaves[size] as number) + 1;
    const histogram = (histograms[size] as [Float64Array, Float64Array])[evidence.side[i] as Side];
    const bin = evidence.bin[i] as number;
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  return histograms.map((sides, size) => fitNull(sides, leaves[size] as number, limits));
}

/** Density of `x` inside a cause before its effect size is known: anything on its side is possible. */
const BROAD = Float64Array.from({ length: BINS }, (_, bin) => {
  if (bin === 0) return 0;
  return bin === BIN_ATOM ? 0.3 : 0.7;
});
/** Share of a cause's leaves that moved with it, but by some other amount. */
const STRAY_SHARE = 0.05;

/** The density of an effect whose size is not known yet. */
export function broadEffect(): Float64Array {
  return BROAD;
}

/** Density of `x` inside a cause with effect size `mean` and spread, a share of `atom` being new or vanished. */
export function rippleEffect(effect: { mean: number; spread: number; atom: number }): Float64Array {
  const { mean, spread, atom } = effect;
  const norm = (1 - atom) / (Math.sqrt(2 * Math.PI) * spread);
  return BIN_CENTRE.map((x, bin) => {
    if (bin === 0) return 0;
    const ripple = bin === BIN_ATOM ? atom : norm * Math.exp(-0.5 * ((x - mean) / spread) ** 2);
    return (1 - STRAY_SHARE) * ripple + STRAY_SHARE * (BROAD[bin] as number);
  });
}

/**
 * Log-likelihood ratio "part of a cause on this side" against "null", bounded below, in one table:
 * cell `size · BINS + bin`.
 */
export function ratioTable(
  effect: Float64Array,
  models: readonly NullModel[],
  side: Side,
): Float64Array {
  const table = new Float64Array(models.length * BINS);
  models.forEach((model, size) => {
    const density = model.density[side];
    for (let bin = 0; bin < BINS; bin++) {
      table[size * BINS + bin] = logRatio(effect[bin] as number, density[bin] as number);
    }
  });
  return table;
}

/** Log-likelihood ratio of one deviation, bounded below by what a contrary leaf may cost. */
export function logRatio(effectDensity: number, nullDensity: number): number {
  return Math.log((1 - CONTRARY_SHARE) * (effectDensity / nullDensity) + CONTRARY_SHARE);
}
