import type { LeafEvidence } from './evidence.ts';
import type { Cuboid } from './lattice.ts';
import { BIN_ATOM, BIN_CENTRE, BINS } from './null-model.ts';

/** A group's centre is judged only with so many leaves. */
const GROUP_LEAVES_MIN = 20;
const GROUPS_MIN = 5;
/** Cells of signed deviation: `BINS` is zero. */
const CELLS = 2 * BINS;
const DRIFT_DEVIATIONS = 3;

/**
 * How far whole values of each dimension usually drift: the robust spread of the median deviation of
 * its values (a random effect a dimension). An account that grew a little in everything is no cause
 * where accounts do that; sampling noise of the medians is taken off. Per dimension, 0 where it
 * cannot be told.
 */
export function driftByDimension(
  evidence: LeafEvidence,
  cuboids: readonly Cuboid[],
  dimensions: number,
): Float64Array {
  const drift = new Float64Array(dimensions);
  for (let c = 0; c < cuboids.length; c++) {
    const cuboid = cuboids[c] as Cuboid;
    if (cuboid.layer === 1)
      drift[31 - Math.clz32(cuboid.mask)] = driftOf(evidence, groupsOf(cuboids, c), cuboid);
  }
  return drift;
}

function driftOf(evidence: LeafEvidence, groupOf: Int32Array, cuboid: Cuboid): number {
  const counts = new Int32Array(cuboid.groups * CELLS);
  for (let i = 0; i < groupOf.length; i++) {
    const bin = evidence.bin[i] as number;
    if (!evidence.informative[i] || bin === BIN_ATOM) continue;
    const cell = evidence.side[i] === 0 ? BINS + bin : BINS - bin;
    const at = (groupOf[i] as number) * CELLS + cell;
    counts[at] = (counts[at] as number) + 1;
  }
  const centres: number[] = [];
  const noise: number[] = [];
  for (let group = 0; group < cuboid.groups; group++) {
    const own = counts.subarray(group * CELLS, (group + 1) * CELLS);
    const leaves = own.reduce((sum, count) => sum + count, 0);
    if (leaves < GROUP_LEAVES_MIN) continue;
    centres.push(quantile(own, 0.5 * leaves));
    const quartiles = quantile(own, 0.75 * leaves) - quantile(own, 0.25 * leaves);
    // Standard error of a median of normal values, their deviation judged by the quartiles.
    noise.push((1.2533 * quartiles) / 1.349 / Math.sqrt(leaves));
  }
  if (centres.length < GROUPS_MIN) return 0;
  const middle = medianOf(centres);
  const spread = 1.4826 * medianOf(centres.map((centre) => Math.abs(centre - middle)));
  return Math.sqrt(Math.max(0, spread ** 2 - medianOf(noise) ** 2));
}

/** The signed deviation below which `rank` of the counted leaves lie. */
function quantile(counts: Int32Array, rank: number): number {
  let below = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    below += counts[cell] as number;
    if (below >= rank)
      return Math.sign(cell - BINS) * (BIN_CENTRE[Math.abs(cell - BINS)] as number);
  }
  return 0;
}

/** The group of every leaf in a cuboid. */
function groupsOf(cuboids: readonly Cuboid[], index: number): Int32Array {
  const { parent, groupOf } = cuboids[index] as Cuboid;
  return parent < 0 ? groupOf : groupsOf(cuboids, parent).map((group) => groupOf[group] as number);
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : (sorted[sorted.length >> 1] as number);
}

/** Smallest effect of an element of these dimensions that drift does not explain. */
export function effectMin(drift: Float64Array, mask: number): number {
  let variance = 0;
  for (let d = 0; d < drift.length; d++) if (mask & (1 << d)) variance += (drift[d] as number) ** 2;
  return DRIFT_DEVIATIONS * Math.sqrt(variance);
}
