import type { Cube } from './cube.ts';
import { removeDrift } from './drift.ts';
import { BIN_ATOM, BIN_CENTRE, BINS, signedBinOf } from './bins.ts';
import { type NullModel, type Side } from './null-model.ts';

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
  /** How far values of each dimension usually drift; `bin` and `side` are without it. */
  readonly drift: Float64Array;
  /** The larger of both figures, without its sign. */
  readonly spend: Float64Array;
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
  const informative = new Uint8Array(leaves);
  const spend = new Float64Array(leaves);
  const deviation = new Float64Array(leaves);
  const cell = new Int16Array(leaves);
  for (let i = 0; i < leaves; i++) {
    const v = actual[i] as number;
    const f = expected[i] as number;
    const scale = Math.max(Math.abs(v), Math.abs(f));
    if (scale === 0) continue;
    informative[i] = 1;
    spend[i] = scale;
    delta[i] = v - f;
    deviation[i] = (v - f) / scale;
    cell[i] = signedBinOf(deviation[i] as number);
  }
  const drift = removeDrift({ deviation, cell, informative }, cube);
  const side = new Uint8Array(leaves);
  const bin = new Int16Array(leaves);
  for (let i = 0; i < leaves; i++) {
    bin[i] = Math.abs(cell[i] as number);
    side[i] = (cell[i] as number) < 0 ? 1 : 0;
  }
  return { delta, bin, side, informative, spend, drift, size: sizeClasses(spend) };
}

/** Steps of size in which classes are cut, a doubling of size each eight. */
const SIZE_STEPS = 8;
const SIZE_CELLS = 4096;

/** Cuts the leaves into classes of about equal number by size; leaves of no cost are in class 0. */
function sizeClasses(spend: Float64Array): Uint8Array {
  const cells = new Int16Array(spend.length);
  const counts = new Int32Array(SIZE_CELLS);
  let leaves = 0;
  for (let i = 0; i < spend.length; i++) {
    if (spend[i] === 0) continue;
    const step = Math.floor(Math.log2(spend[i] as number) * SIZE_STEPS) + SIZE_CELLS / 2;
    const cell = Math.max(1, Math.min(SIZE_CELLS - 1, step));
    cells[i] = cell;
    counts[cell] = (counts[cell] as number) + 1;
    leaves++;
  }
  const classes = Math.max(1, Math.min(SIZE_CLASSES_MAX, Math.floor(leaves / CLASS_LEAVES_MIN)));
  const classOf = new Uint8Array(SIZE_CELLS);
  let below = 0;
  for (let cell = 1; cell < SIZE_CELLS; cell++) {
    // A cell goes where its middle leaf lies.
    const middle = below + 0.5 * (counts[cell] as number);
    classOf[cell] =
      leaves === 0 ? 0 : Math.min(classes - 1, Math.floor((middle / leaves) * classes));
    below += counts[cell] as number;
  }
  return Uint8Array.from(cells, (cell) => classOf[cell] as number);
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

/** How the leaves of a cause moved. */
export interface Effect {
  readonly mean: number;
  readonly spread: number;
  /** Share of them that are new or vanished. */
  readonly atom: number;
}

/** Density of `x` inside a cause with a known effect. */
export function rippleEffect({ mean, spread, atom }: Effect): Float64Array {
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
      const ratio = (effect[bin] as number) / (density[bin] as number);
      table[size * BINS + bin] = logRatio(ratio, CONTRARY_SHARE);
    }
  });
  return table;
}

/** Log of a leaf's density ratio, bounded below by what a leaf that does not follow may cost. */
export function logRatio(ratio: number, contraryShare: number): number {
  return Math.log((1 - contraryShare) * ratio + contraryShare);
}
