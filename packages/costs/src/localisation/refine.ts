import {
  descriptionLength,
  smallness,
  type SpendFloor,
  type Candidate,
  type Naming,
} from './candidate.ts';
import type { Cube } from './cube.ts';
import { driftGain } from './drift-gain.ts';
import {
  broadEffect,
  CONTRARY_SHARE,
  logRatio,
  rippleEffect,
  type Effect,
  type LeafEvidence,
} from './evidence.ts';
import type { LeafIndex } from './leaf-index.ts';
import { BIN_ATOM, BIN_CENTRE, BINS } from './bins.ts';
import { type NullModel, type Side } from './null-model.ts';

/** What refining reads besides the candidate: the table, the null, and the leaves still unexplained. */
export interface Refining {
  readonly cube: Cube;
  readonly evidence: LeafEvidence;
  readonly naming: Naming;
  readonly models: readonly NullModel[];
  readonly active: Uint8Array;
  readonly index: LeafIndex;
  /** From which change on a cause counts. */
  readonly spendFloor: SpendFloor;
}

/** A candidate with its effect fitted to its own leaves, and scored again. */
export interface Refined extends Candidate {
  readonly leaves: Int32Array;
  /** Log-likelihood ratio of a leaf in each cell `size · BINS + bin` on the candidate's side, 0 in cells without leaves. */
  readonly table: Float64Array;
  /** The same for a leaf that moved to the other side. */
  readonly contraryLog: number;
}

const EM_ROUNDS = 3;
/** Most of a cause's leaves follow it; a cause that more than these leave is one of its parts. */
const CONTRARY_SHARE_MAX = 0.25;
/** Pseudo-leaves of the prior for the share that does not follow. */
const CONTRARY_PRIOR = 2;

/** Fits the effect size of a candidate, and the share of its leaves that do not follow, and scores it again. */
export function refine(candidate: Candidate, context: Refining): Refined {
  const { models, naming } = context;
  const { side } = candidate;
  const leaves = leavesOf(candidate, context);
  const cells = countCells(leaves, side, context);
  let ratios = densityRatios(cells, broadEffect(), { models, side });
  let contraryShare = CONTRARY_SHARE;
  let best = { ratios, contraryShare, score: scoreOf(cells, ratios, contraryShare) };
  for (let round = 0; round < EM_ROUNDS; round++) {
    const fit = fitEffect(cells, ratios, contraryShare);
    ratios = densityRatios(cells, rippleEffect(fit.effect), { models, side });
    contraryShare = round === 0 ? CONTRARY_SHARE : fit.contraryShare;
    const strayLength = round === 0 ? 0 : 0.5 * Math.log(leaves.length + 1);
    const score = scoreOf(cells, ratios, contraryShare) - effectLength(fit) - strayLength;
    if (score > best.score) best = { ratios, contraryShare, score };
  }
  const lengths =
    descriptionLength(naming, candidate.cuboid, candidate.group) +
    smallness(movedBy(leaves, side, context.evidence), context.spendFloor);
  return {
    ...candidate,
    leaves,
    table: logTable(cells, best, models.length),
    contraryLog: Math.log(best.contraryShare),
    score: best.score - lengths,
  };
}

/** The score of a candidate against the drift that is usual for its dimensions, where that describes it better than the null. */
export function scoreBeyondDrift(refined: Refined, context: Refining): number {
  const { leaves, side } = refined;
  const mask = maskOf(refined, context.naming);
  return refined.score - Math.max(0, driftGain(context, { leaves, side, mask }));
}

function maskOf(candidate: Candidate, naming: Naming): number {
  return naming.cuboids[candidate.cuboid]?.mask ?? 0;
}

function leavesOf(candidate: Candidate, { naming, index, active }: Refining): Int32Array {
  const sample = naming.cuboids[candidate.cuboid]?.sample[candidate.group] as number;
  return index.leavesOf(dimensionsOf(maskOf(candidate, naming)), sample, active);
}

/** Sum of the changes to one side. */
function movedBy(leaves: Int32Array, side: Side, { delta }: LeafEvidence): number {
  let moved = 0;
  for (const leaf of leaves) {
    const change = delta[leaf] as number;
    if (change < 0 === (side === 1)) moved += Math.abs(change);
  }
  return moved;
}

/** The dimensions of a mask, ascending. */
export function dimensionsOf(mask: number): number[] {
  const dims: number[] = [];
  for (let d = 0; 1 << d <= mask; d++) if (mask & (1 << d)) dims.push(d);
  return dims;
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
  { evidence, models }: Pick<Refining, 'evidence' | 'models'>,
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

/** Density under the effect over density under the null, for each cell. */
function densityRatios(
  { cell }: CellCounts,
  effect: Float64Array,
  { models, side }: { models: readonly NullModel[]; side: Side },
): Float64Array {
  const ratios = new Float64Array(cell.length);
  for (let k = 0; k < cell.length; k++) {
    const at = cell[k] as number;
    const bin = at % BINS;
    const model = models[(at - bin) / BINS] as NullModel;
    ratios[k] = (effect[bin] as number) / (model.density[side][bin] as number);
  }
  return ratios;
}

function scoreOf(
  { count, contrary }: CellCounts,
  ratios: Float64Array,
  contraryShare: number,
): number {
  let score = contrary * Math.log(contraryShare);
  for (let k = 0; k < count.length; k++) {
    score += (count[k] as number) * logRatio(ratios[k] as number, contraryShare);
  }
  return score;
}

function logTable(
  { cell }: CellCounts,
  { ratios, contraryShare }: { ratios: Float64Array; contraryShare: number },
  classes: number,
): Float64Array {
  const table = new Float64Array(classes * BINS);
  cell.forEach((at, k) => (table[at] = logRatio(ratios[k] as number, contraryShare)));
  return table;
}

interface FittedEffect {
  readonly effect: Effect;
  /** Leaves that follow, by probability. */
  readonly weight: number;
  readonly contraryShare: number;
}

/** Mean, spread and atom of the leaves, each weighed by its probability of following the cause. */
function fitEffect(
  { cell, count, contrary }: CellCounts,
  ratios: Float64Array,
  contraryShare: number,
): FittedEffect {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  let atom = 0;
  let leaves = contrary;
  for (let k = 0; k < cell.length; k++) {
    const bin = (cell[k] as number) % BINS;
    leaves += count[k] as number;
    if (bin === 0) continue;
    const part = (1 - contraryShare) * (ratios[k] as number);
    const follows = ((count[k] as number) * part) / (part + contraryShare);
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
  const share = Math.min(0.98, (atom + 0.1) / (atom + weight + 0.2));
  const strays = leaves - weight - atom + CONTRARY_PRIOR * CONTRARY_SHARE;
  return {
    effect: { mean, spread, atom: share },
    weight: weight + atom,
    contraryShare: Math.min(CONTRARY_SHARE_MAX, strays / (leaves + CONTRARY_PRIOR)),
  };
}

/**
 * What it costs to name a fitted effect: its mean and its spread, each to the precision that its
 * leaves allow (Laplace's approximation of the marginal likelihood, for a flat prior on (0, 1)).
 */
function effectLength({ effect, weight }: FittedEffect): number {
  const precision = 0.5 * Math.log(Math.max(1, weight));
  return Math.max(0, precision - Math.log(Math.sqrt(2 * Math.PI) * effect.spread)) + precision;
}
