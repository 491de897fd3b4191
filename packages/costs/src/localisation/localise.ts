import type { SpendFloor } from './candidate.ts';
import { checkCube, type Cube } from './cube.ts';
import { leafEvidence, type LeafEvidence } from './evidence.ts';
import { whereOf } from './element.ts';
import { buildLattice } from './lattice.ts';
import { reachOf, withDimensions, type Reach } from './reach.ts';
import { searchCauses } from './search.ts';

/** Options of {@link localise}; all have defaults. */
export interface LocaliseOptions {
  /** At most this many causes (default 20). */
  readonly causesMax?: number;
  /**
   * Causes that changed less than this share of all expected spend are dropped. Default: none in dense
   * tables; in sparse ones (fewer than half of all combinations of values occur, as in bills) below
   * 0.003 a cause has to be the surer the smaller it is, and below 0.0015 it is dropped.
   */
  readonly spendShareMin?: number;
  /** At most this many dimensions in one cause (default: as many as {@link reachOf} allows). */
  readonly layersMax?: number;
  /** Names every dimension that is constant over the changed leaves, instead of the shortest element. */
  readonly complete?: boolean;
}

/** One element of the root cause. */
export interface LocalisedCause {
  /** Dimension values that select the cause's leaves. */
  readonly where: Readonly<Record<string, string>>;
  /** Sum of `actual − expected` over its leaves, without leaves that an earlier cause explains. */
  readonly delta: number;
  /** `delta` over the whole table's change; several causes of both signs may exceed 1. */
  readonly share: number;
  /** Evidence in 0…1: 0.5 is as likely as chance, rises with the log-likelihood ratio. */
  readonly score: number;
  /** Leaves that it explains. */
  readonly leaves: number;
}

const CAUSES_MAX_DEFAULT = 20;
const SPARSE_SHARE = 0.5;
const SPEND_SHARE_SPARSE = 0.003;
const SPEND_SHARE_HARD = 0.0015;
/** Evidence beyond its description, in nats, from which on an element is a cause. */
const SCORE_MIN = 1;

/**
 * Finds the smallest set of attribute combinations that explains the change from expected to
 * actual, most dollars first. Pure and deterministic. Handles several causes at once, causes of
 * both signs, values that are new or vanished, and columns that depend on each other. `reach` tells
 * which dimensions were searched and how many may be combined: all, but for tables beyond a bound.
 */
export function localise(
  cube: Cube,
  options: LocaliseOptions = {},
): { readonly causes: readonly LocalisedCause[]; readonly reach: Reach } {
  checkCube(cube);
  const evidence = leafEvidence(cube);
  const most = reachOf(cube, evidence);
  const reach = { ...most, layersMax: Math.min(most.layersMax, options.layersMax ?? Infinity) };
  if (cube.actual.length === 0) return { causes: [], reach };
  const searched = withDimensions(cube, reach.dimensions);
  const cuboids = buildLattice(searched, reach.layersMax);
  const found = searchCauses({
    cube: searched,
    cuboids,
    evidence: { ...evidence, drift: driftOf(cube, searched, evidence) },
    causesMax: options.causesMax ?? CAUSES_MAX_DEFAULT,
    scoreMin: SCORE_MIN,
    spendFloor: spendFloorOf(cube, options),
  });
  const change = total(evidence.delta);
  const causes = found.map((cause) => ({
    where: whereOf(cause, searched, cuboids, options.complete ?? false),
    delta: cause.delta,
    share: change === 0 ? 0 : cause.delta / change,
    score: cause.score / (1 + cause.score),
    leaves: cause.leaves.length,
  }));
  return { causes: causes.sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta)), reach };
}

/** The usual drift of the dimensions that are searched. */
function driftOf(cube: Cube, searched: Cube, { drift }: LeafEvidence): Float64Array {
  return Float64Array.from(
    searched.dimensions,
    (name) => drift[cube.dimensions.indexOf(name)] as number,
  );
}

function spendFloorOf(cube: Cube, { spendShareMin }: LocaliseOptions): SpendFloor {
  const spend = totalSize(cube.expected);
  if (spendShareMin !== undefined)
    return { full: spendShareMin * spend, hard: spendShareMin * spend };
  if (!isSparse(cube)) return { full: 0, hard: 0 };
  return { full: SPEND_SHARE_SPARSE * spend, hard: SPEND_SHARE_HARD * spend };
}

function isSparse(cube: Cube): boolean {
  const combinations = cube.values.reduce((product, values) => product * values.length, 1);
  return cube.actual.length < SPARSE_SHARE * combinations;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

function totalSize(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i] as number);
  return sum;
}
