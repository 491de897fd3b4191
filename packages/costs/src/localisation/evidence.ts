import type { Cube } from './cube.ts';
import { BIN_ATOM, BINS, BIN_CENTRE, binOf, type NullModel } from './null-model.ts';

/** 0: costs went up, 1: costs went down. */
export type Side = 0 | 1;

/** What is known of each leaf once and for all: its side, its bin of deviation, its change. */
export interface LeafEvidence {
  /** `actual − expected`. */
  readonly delta: Float64Array;
  readonly bin: Int16Array;
  /** 1 where actual is below expected. */
  readonly side: Uint8Array;
  /** 0 where both figures are zero: such a leaf says nothing about any cause. */
  readonly informative: Uint8Array;
}

/** Share of a cause's leaves that may stay as they were: bounds what one contrary leaf can cost. */
export const CONTRARY_SHARE = 0.03;
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
  for (let i = 0; i < leaves; i++) {
    const v = actual[i] as number;
    const f = expected[i] as number;
    const scale = Math.max(Math.abs(v), Math.abs(f));
    if (scale === 0) continue;
    informative[i] = 1;
    delta[i] = v - f;
    bin[i] = binOf(Math.abs(v - f) / scale);
    side[i] = v < f ? 1 : 0;
  }
  return { delta, bin, side, informative };
}

/** Histograms of the given leaves' bins per side; bin 0 counts leaves exactly as expected on both sides. */
export function sideHistograms(
  evidence: LeafEvidence,
  include: (leaf: number) => boolean,
): { histograms: [Float64Array, Float64Array]; leaves: number } {
  const histograms: [Float64Array, Float64Array] = [new Float64Array(BINS), new Float64Array(BINS)];
  let leaves = 0;
  for (let i = 0; i < evidence.bin.length; i++) {
    if (!evidence.informative[i] || !include(i)) continue;
    leaves++;
    const histogram = histograms[evidence.side[i] as Side];
    const bin = evidence.bin[i] as number;
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  return { histograms, leaves };
}

/** Density of `x` inside a cause before its effect size is known: anything on its side is possible. */
export function broadEffect(): Float64Array {
  const density = new Float64Array(BINS).fill(0.7);
  density[0] = 0;
  density[BIN_ATOM] = 0.3;
  return density;
}

/** Density of `x` inside a cause with effect size `mean` and spread, a share of `atom` being new or vanished. */
export function rippleEffect(effect: { mean: number; spread: number; atom: number }): Float64Array {
  const { mean, spread, atom } = effect;
  const norm = (1 - atom) / (Math.sqrt(2 * Math.PI) * spread);
  const density = BIN_CENTRE.map((x) => norm * Math.exp(-0.5 * ((x - mean) / spread) ** 2));
  density[0] = 0;
  density[BIN_ATOM] = atom;
  return density;
}

/** Log-likelihood ratio "part of a cause on this side" against "null" for each bin, bounded below. */
export function ratioTable(effect: Float64Array, model: NullModel, side: Side): Float64Array {
  const logNull = model.logDensity[side];
  return effect.map((density, bin) =>
    Math.log((1 - CONTRARY_SHARE) * density * Math.exp(-(logNull[bin] as number)) + CONTRARY_SHARE),
  );
}
