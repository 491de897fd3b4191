import {
  bestCandidates,
  openGroups,
  type CandidateSearch,
  type Candidate,
  type Naming,
  type SpendFloor,
} from './candidate.ts';
import type { Cube } from './cube.ts';
import { drillDown } from './drill-down.ts';
import { broadEffect, CONTRARY_LOG, ratioTable, type LeafEvidence } from './evidence.ts';
import { fitNulls } from './fit-nulls.ts';
import type { Cuboid } from './lattice.ts';
import { leafIndex } from './leaf-index.ts';
import { BINS } from './bins.ts';
import { type NullLimits, type NullModel } from './null-model.ts';
import { dimensionsOf, refine, scoreBeyondDrift, type Refining } from './refine.ts';
import {
  rollUp,
  rollUpPair,
  sideTable,
  takeLeaves,
  type SidePair,
  type SideTable,
} from './sums.ts';

/** Everything that one search over a cube reads. */
export interface SearchInput {
  readonly cube: Cube;
  readonly cuboids: readonly Cuboid[];
  readonly evidence: LeafEvidence;
  readonly causesMax: number;
  /** From which change on an element counts. */
  readonly spendFloor: SpendFloor;
  /** Evidence beyond its own description, in nats, that a cause needs. */
  readonly scoreMin: number;
}

/** A cause found: its element, the leaves it took, and its score. */
export interface FoundCause extends Candidate {
  readonly leaves: Int32Array;
  readonly delta: number;
  /** Leaves of its element that earlier causes explain. */
  readonly takenBefore: number;
}

const CANDIDATES_MAX = 24;
const FIRST_LIMITS: NullLimits = { outlierShareMax: 0.02, atomShareMax: 0.02 };
const SECOND_LIMITS: NullLimits = { outlierShareMax: 0.2, atomShareMax: 0.2 };

/** The input with everything that does not change while causes are found and taken. */
interface Search extends SearchInput {
  readonly context: Omit<Refining, 'models' | 'active'>;
  /** Changes to each side by leaf, and their sums over the leaves that are not taken. */
  readonly moves: SideTable;
  /** Groups that can be causes by the size of their change. */
  readonly open: CandidateSearch['open'];
  /** Log-likelihood ratios by leaf, and their sums over the leaves that are not taken. */
  readonly ratios: SideTable;
}

/**
 * Finds causes one after another: the element that describes the change best is taken, its leaves
 * leave the game, and the search repeats until nothing beats its own description length. Done
 * twice: the first pass only serves to fit the null without the causes' leaves.
 */
export function searchCauses(input: SearchInput): readonly FoundCause[] {
  const { evidence, cuboids } = input;
  const search = prepare(input);
  const taken = new Uint8Array(evidence.bin.length);
  const first = searchOnce(search, fitNulls(evidence, taken, FIRST_LIMITS));
  for (const { leaves } of first)
    for (let i = 0; i < leaves.length; i++) taken[leaves[i] as number] = 1;
  if (first.length > 0) fillMoves(evidence, search.moves.perLeaf);
  if (first.length > 0) rollUpPair(cuboids, search.moves);
  return searchOnce(search, fitNulls(evidence, taken, SECOND_LIMITS));
}

function prepare(input: SearchInput): Search {
  const { cube, cuboids, evidence } = input;
  const spend = rollUp(cuboids, evidence.spend);
  const naming: Naming = {
    cuboids,
    dimensions: cube.dimensions.length,
    spend,
    spendTotal: totalOf(evidence.spend),
  };
  const context = { cube, evidence, naming, spendFloor: input.spendFloor, index: leafIndex(cube) };
  const moves = sideTable(cuboids, evidence.bin.length);
  fillMoves(evidence, moves.perLeaf);
  rollUpPair(cuboids, moves);
  const ratios = sideTable(cuboids, evidence.bin.length);
  const open = openGroups(moves.into, input.spendFloor);
  return { ...input, context, moves, ratios, open };
}

function totalOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

function fillMoves({ delta }: LeafEvidence, [ups, downs]: SidePair): void {
  for (let i = 0; i < delta.length; i++) {
    const change = delta[i] as number;
    ups[i] = change > 0 ? change : 0;
    downs[i] = change < 0 ? -change : 0;
  }
}

function searchOnce(search: Search, models: readonly NullModel[]): readonly FoundCause[] {
  const { cuboids, evidence, moves, ratios } = search;
  fillRatios(evidence, models, ratios.perLeaf);
  rollUpPair(cuboids, ratios);
  const active = evidence.informative.slice();
  const context = { ...search.context, models, active };
  const causes: FoundCause[] = [];
  while (causes.length < search.causesMax) {
    const candidates = bestCandidates(
      {
        naming: context.naming,
        ratios: ratios.into,
        moves: moves.into,
        open: search.open,
        spendFloor: search.spendFloor,
      },
      CANDIDATES_MAX,
    );
    const best = pickBest(candidates, context, search.scoreMin);
    if (!best) break;
    causes.push(best);
    for (let i = 0; i < best.leaves.length; i++) active[best.leaves[i] as number] = 0;
    takeLeaves(cuboids, best.leaves, [moves, ratios]);
  }
  return causes;
}

function fillRatios(
  { bin, size, side, informative }: LeafEvidence,
  models: readonly NullModel[],
  [ups, downs]: SidePair,
): void {
  const broad = broadEffect();
  const up = ratioTable(broad, models, 0);
  const down = ratioTable(broad, models, 1);
  for (let i = 0; i < ups.length; i++) {
    ups[i] = 0;
    downs[i] = 0;
    if (!informative[i]) continue;
    const cell = (size[i] as number) * BINS + (bin[i] as number);
    ups[i] = side[i] === 0 ? (up[cell] as number) : CONTRARY_LOG;
    downs[i] = side[i] === 1 ? (down[cell] as number) : CONTRARY_LOG;
  }
}

function pickBest(
  candidates: readonly Candidate[],
  context: Refining,
  scoreMin: number,
): FoundCause | undefined {
  const refined = candidates
    .map((candidate) => refine(candidate, context))
    .filter(({ score }) => score >= scoreMin)
    .sort((a, b) => b.score - a.score);
  const best = refined.find((one) => scoreBeyondDrift(one, context) >= scoreMin);
  if (!best) return undefined;
  const { cuboid, group, side, score, leaves } = drillDown(best, context, scoreMin);
  const dims = dimensionsOf(context.naming.cuboids[cuboid]?.mask ?? 0);
  const all = context.index.leavesOf(dims, leaves[0] as number, context.evidence.informative);
  const takenBefore = all.length - leaves.length;
  let delta = 0;
  for (const leaf of leaves) delta += context.evidence.delta[leaf] as number;
  return { cuboid, group, side, score, leaves, delta, takenBefore };
}
