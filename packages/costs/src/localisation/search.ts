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
import {
  addLeaves,
  groupCells,
  rollUp,
  rollUpPair,
  type Cuboid,
  type SidePair,
  type SideSums,
} from './lattice.ts';
import { leafIndex } from './leaf-index.ts';
import { BINS } from './bins.ts';
import { type NullLimits, type NullModel } from './null-model.ts';
import { dimensionsOf, refine, scoreBeyondDrift, type Refining } from './refine.ts';

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
  readonly moves: { readonly perLeaf: SidePair; readonly into: SideSums };
  /** Groups that can be causes by the size of their change. */
  readonly open: CandidateSearch['open'];
  /** Log-likelihood ratios by leaf, and their sums over the leaves that are not taken. */
  readonly ratios: { readonly perLeaf: SidePair; readonly into: SideSums };
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
  for (const { leaves } of first) {
    for (const leaf of leaves) taken[leaf] = 1;
    addLeaves(cuboids, { leaves, sign: 1 }, [search.moves]);
  }
  return searchOnce(search, fitNulls(evidence, taken, SECOND_LIMITS));
}

function prepare(input: SearchInput): Search {
  const { cube, cuboids, evidence } = input;
  const spend = rollUp(cuboids, evidence.spend);
  const naming: Naming = {
    cuboids,
    dimensions: cube.dimensions.length,
    spend,
    spendTotal: evidence.spend.reduce((sum, one) => sum + one, 0),
  };
  const context = { evidence, naming, spendFloor: input.spendFloor, index: leafIndex(cube) };
  const moves = { perLeaf: movesOf(evidence), into: cellsOfSides(cuboids) };
  rollUpPair(cuboids, moves.perLeaf, moves.into);
  const leaves = evidence.bin.length;
  const ratios = {
    perLeaf: [new Float64Array(leaves), new Float64Array(leaves)] as const,
    into: cellsOfSides(cuboids),
  };
  const open = openGroups(moves.into, input.spendFloor);
  return { ...input, context, moves, ratios, open };
}

function cellsOfSides(cuboids: readonly Cuboid[]): SideSums {
  return [groupCells(cuboids), groupCells(cuboids)];
}

function movesOf({ delta }: LeafEvidence): SidePair {
  const up = new Float64Array(delta.length);
  const down = new Float64Array(delta.length);
  for (let i = 0; i < delta.length; i++) {
    const change = delta[i] as number;
    if (change > 0) up[i] = change;
    else down[i] = -change;
  }
  return [up, down];
}

function searchOnce(search: Search, models: readonly NullModel[]): readonly FoundCause[] {
  const { cuboids, evidence, moves, ratios } = search;
  fillRatios(evidence, models, ratios.perLeaf);
  rollUpPair(cuboids, ratios.perLeaf, ratios.into);
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
    for (const leaf of best.leaves) active[leaf] = 0;
    addLeaves(cuboids, { leaves: best.leaves, sign: -1 }, [moves, ratios]);
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
