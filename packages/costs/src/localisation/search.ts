import { bestCandidates, descriptionLength, type Candidate } from './candidate.ts';
import type { Cube } from './cube.ts';
import { driftByDimension, effectMin } from './drift.ts';
import {
  broadEffect,
  CONTRARY_LOG,
  fitNulls,
  logRatio,
  ratioTable,
  rippleEffect,
  type LeafEvidence,
  type Side,
} from './evidence.ts';
import { groupCells, groupOfLeaf, rollUp, type Cuboid } from './lattice.ts';
import { BIN_ATOM, BIN_CENTRE, BINS, type NullLimits, type NullModel } from './null-model.ts';

/** Everything that one search over a cube reads. */
export interface SearchInput {
  readonly cube: Cube;
  readonly cuboids: readonly Cuboid[];
  readonly evidence: LeafEvidence;
  readonly causesMax: number;
  /** Smallest absolute change, in the unit of the figures, that counts as a cause. */
  readonly deltaMin: number;
  /** Evidence beyond its own description, in nats, that a cause needs. */
  readonly scoreMin: number;
}

/** A cause found: its element, the leaves it took, and its score. */
export interface FoundCause extends Candidate {
  readonly leaves: Int32Array;
  readonly delta: number;
}

const CANDIDATES_MAX = 24;
const EM_ROUNDS = 2;
const FIRST_LIMITS: NullLimits = { outlierShareMax: 0.02, atomShareMax: 0.02 };
const SECOND_LIMITS: NullLimits = { outlierShareMax: 0.2, atomShareMax: 0.2 };

/**
 * Finds causes one after another: the element that describes the change best is taken, its leaves
 * leave the game, and the search repeats until nothing beats its own description length. Done
 * twice: the first pass only serves to fit the null without the causes' leaves.
 */
export function searchCauses(input: SearchInput): readonly FoundCause[] {
  const { evidence, cuboids, cube } = input;
  const drift = driftByDimension(evidence, cuboids, cube.dimensions.length);
  const taken = new Uint8Array(evidence.bin.length);
  const first = searchOnce({ ...input, drift }, fitNulls(evidence, taken, FIRST_LIMITS));
  for (const cause of first) for (const leaf of cause.leaves) taken[leaf] = 1;
  return searchOnce({ ...input, drift }, fitNulls(evidence, taken, SECOND_LIMITS));
}

/** The input with the usual drift of each dimension's values. */
interface DriftingInput extends SearchInput {
  readonly drift: Float64Array;
}

function searchOnce(input: DriftingInput, models: readonly NullModel[]): readonly FoundCause[] {
  const { cube, cuboids, evidence } = input;
  const broad = broadEffect();
  const tables = [ratioTable(broad, models, 0), ratioTable(broad, models, 1)] as const;
  const perLeaf = [leafRatios(evidence, tables[0], 0), leafRatios(evidence, tables[1], 1)] as const;
  const delta = evidence.delta.slice();
  const ratios = [groupCells(cuboids), groupCells(cuboids)] as const;
  const deltas = groupCells(cuboids);
  const active = evidence.informative.slice();
  const causes: FoundCause[] = [];
  while (causes.length < input.causesMax) {
    rollUp(cuboids, perLeaf[0], ratios[0]);
    rollUp(cuboids, perLeaf[1], ratios[1]);
    rollUp(cuboids, delta, deltas);
    const candidates = bestCandidates(
      { cuboids, dimensions: cube.dimensions.length, ratios, deltas, deltaMin: input.deltaMin },
      CANDIDATES_MAX,
    );
    const best = pickBest(candidates, { input, models, active });
    if (!best) break;
    causes.push(best);
    for (const leaf of best.leaves) {
      active[leaf] = 0;
      perLeaf[0][leaf] = 0;
      perLeaf[1][leaf] = 0;
      delta[leaf] = 0;
    }
  }
  return causes;
}

function leafRatios(evidence: LeafEvidence, table: Float64Array, side: Side): Float64Array {
  const ratios = new Float64Array(evidence.bin.length);
  for (let i = 0; i < ratios.length; i++) {
    if (!evidence.informative[i]) continue;
    ratios[i] = ratioOf(evidence, i, { table, side });
  }
  return ratios;
}

/** The ratio of one leaf under an effect on one side. */
function ratioOf(
  evidence: LeafEvidence,
  leaf: number,
  { table, side }: { readonly table: Float64Array; readonly side: Side },
): number {
  if (evidence.side[leaf] !== side) return CONTRARY_LOG;
  return table[(evidence.size[leaf] as number) * BINS + (evidence.bin[leaf] as number)] as number;
}

interface Refining {
  readonly input: DriftingInput;
  readonly models: readonly NullModel[];
  readonly active: Uint8Array;
}

function pickBest(candidates: readonly Candidate[], context: Refining): FoundCause | undefined {
  let best: Refined | undefined;
  for (const candidate of candidates) {
    const refined = refine(candidate, context);
    if (!best || refined.score > best.score) best = refined;
  }
  if (!best || best.score < context.input.scoreMin) return undefined;
  const final = drillDown(best, context);
  let delta = 0;
  for (const leaf of final.leaves) delta += context.input.evidence.delta[leaf] as number;
  const { cuboid, group, side, score, leaves } = final;
  return { cuboid, group, side, score, leaves, delta };
}

interface Refined extends Candidate {
  readonly leaves: Int32Array;
  /** Ratio per bin under the refined effect. */
  readonly table: Float64Array;
}

/** Fits the effect size of a candidate to its own leaves and scores it again. */
function refine(candidate: Candidate, context: Refining): Refined {
  const { input, models, active } = context;
  const leaves = leavesOf(candidate, input, active);
  const cells = countCells(leaves, candidate.side, { evidence: input.evidence, models });
  const cuboid = input.cuboids[candidate.cuboid] as Cuboid;
  const length = descriptionLength(cuboid, input.cube.dimensions.length);
  const broad = cellRatios(cells, broadEffect(), { models, side: candidate.side });
  let best = { ratios: broad, score: cellScore(cells, broad) };
  const smallest = effectMin(context.input.drift, cuboid.mask);
  let ratios = broad;
  for (let round = 0; round < EM_ROUNDS; round++) {
    const effect = effectOf(cells, ratios);
    ratios = cellRatios(cells, rippleEffect(effect), { models, side: candidate.side });
    const score = cellScore(cells, ratios) - Math.log(Math.max(2, effect.weight));
    if (score > best.score) best = { ratios, score };
    if (effect.atom < 0.5 && effect.mean < smallest) best = { ratios, score: -Infinity };
  }
  const table = new Float64Array(models.length * BINS);
  cells.cell.forEach((cell, k) => (table[cell] = best.ratios[k] as number));
  return { ...candidate, leaves, table, score: best.score - length };
}

/** The cells of the ratio table that a candidate's leaves fall into, and how many of them. */
interface CellCounts {
  readonly cell: Int32Array;
  readonly count: Float64Array;
  /** Leaves that moved to the other side. */
  readonly contrary: number;
}

function countCells(
  leaves: Int32Array,
  side: Side,
  { evidence, models }: { evidence: LeafEvidence; models: readonly NullModel[] },
): CellCounts {
  const histogram = new Int32Array(models.length * BINS);
  const cells: number[] = [];
  let contrary = 0;
  for (const leaf of leaves) {
    if (evidence.side[leaf] !== side) {
      contrary++;
      continue;
    }
    const cell = (evidence.size[leaf] as number) * BINS + (evidence.bin[leaf] as number);
    if (histogram[cell] === 0) cells.push(cell);
    histogram[cell] = (histogram[cell] as number) + 1;
  }
  const count = Float64Array.from(cells, (cell) => histogram[cell] as number);
  return { cell: Int32Array.from(cells), count, contrary };
}

function cellRatios(
  { cell }: CellCounts,
  effect: Float64Array,
  { models, side }: { models: readonly NullModel[]; side: Side },
): Float64Array {
  return Float64Array.from(cell, (at) => {
    const model = models[Math.floor(at / BINS)] as NullModel;
    const bin = at % BINS;
    return logRatio(effect[bin] as number, model.density[side][bin] as number);
  });
}

function cellScore({ count, contrary }: CellCounts, ratios: Float64Array): number {
  let score = contrary * CONTRARY_LOG;
  for (let k = 0; k < count.length; k++) score += (count[k] as number) * (ratios[k] as number);
  return score;
}

/** Mean, spread and atom of the leaves, each weighed by its probability of following the cause. */
function effectOf(
  { cell, count }: CellCounts,
  ratios: Float64Array,
): { mean: number; spread: number; atom: number; weight: number } {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  let atom = 0;
  for (let k = 0; k < cell.length; k++) {
    const bin = (cell[k] as number) % BINS;
    if (bin === 0) continue;
    const follows = (count[k] as number) * (1 - Math.exp(CONTRARY_LOG - (ratios[k] as number)));
    if (bin === BIN_ATOM) {
      atom += follows;
      continue;
    }
    const x = BIN_CENTRE[bin] as number;
    weight += follows;
    sum += follows * x;
    squares += follows * x * x;
  }
  const mean = weight > 0 ? sum / weight : 0.5;
  const variance = weight > 0 ? Math.max(0, squares / weight - mean * mean) : 0.04;
  // One pseudo-leaf of broad spread keeps a single leaf from claiming a perfect fit.
  const spread = Math.sqrt((variance * weight + 0.01) / (weight + 1) + 1e-4);
  const share = (atom + 0.1) / (atom + weight + 0.2);
  return { mean, spread, atom: Math.min(0.98, share), weight: weight + atom };
}

function leavesOf(candidate: Candidate, input: SearchInput, active: Uint8Array): Int32Array {
  const cuboid = input.cuboids[candidate.cuboid] as Cuboid;
  const sample = cuboid.sample[candidate.group] as number;
  const dims = dimensionsOf(cuboid.mask);
  const leaves: number[] = [];
  const columns = dims.map((d) => input.cube.codes[d] as Int32Array);
  const wanted = columns.map((column) => column[sample] as number);
  const firstColumn = columns[0] as Int32Array;
  for (let i = 0; i < active.length; i++) {
    if (firstColumn[i] !== wanted[0] || !active[i]) continue;
    let inside = true;
    for (let k = 1; k < columns.length && inside; k++) {
      inside = (columns[k] as Int32Array)[i] === wanted[k];
    }
    if (inside) leaves.push(i);
  }
  return Int32Array.from(leaves);
}

/** The dimensions of a mask, ascending. */
export function dimensionsOf(mask: number): number[] {
  const dims: number[] = [];
  for (let d = 0; 1 << d <= mask; d++) if (mask & (1 << d)) dims.push(d);
  return dims;
}

/**
 * Where a set of finer elements along one more dimension describes the same leaves better (after
 * paying for naming each of them), the best of them is taken instead; the others follow in later rounds.
 */
function drillDown(parent: Refined, context: Refining): Refined {
  const { cuboids, cube } = context.input;
  const mask = (cuboids[parent.cuboid] as Cuboid).mask;
  let current = parent;
  let gain = 0;
  for (let d = 0; d < cube.dimensions.length; d++) {
    if (mask & (1 << d)) continue;
    const child = cuboids.findIndex((cuboid) => cuboid.mask === (mask | (1 << d)));
    if (child < 0) continue;
    const split = splitScore(parent, child, context);
    if (split.gain > gain) {
      gain = split.gain;
      current = split.best;
    }
  }
  return current === parent ? parent : drillDown(current, context);
}

function splitScore(
  parent: Refined,
  child: number,
  context: Refining,
): { gain: number; best: Refined } {
  const { input } = context;
  const { evidence, cuboids } = input;
  const sums = new Map<number, number>();
  for (const leaf of parent.leaves) {
    const group = groupOfLeaf(cuboids, child, leaf);
    sums.set(group, (sums.get(group) ?? 0) + ratioOf(evidence, leaf, parent));
  }
  // Naming a child costs as much as choosing it among its siblings, and one nat for each cause.
  const nameOne = Math.log(sums.size + 1) + 1;
  let gain = 0;
  let bestGroup = -1;
  let bestSum = 0;
  for (const [group, sum] of sums) {
    gain += sum > nameOne ? -nameOne : -sum;
    if (sum > bestSum) [bestGroup, bestSum] = [group, sum];
  }
  if (bestGroup < 0) return { gain: 0, best: parent };
  return { gain, best: refine({ ...parent, cuboid: child, group: bestGroup }, context) };
}
