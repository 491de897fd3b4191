import { checkCube, type Cube } from './cube.ts';
import { leafEvidence } from './evidence.ts';
import { buildLattice, groupOfLeaf, type Cuboid } from './lattice.ts';
import { dimensionsOf, searchCauses, type FoundCause } from './search.ts';

/** Options of {@link localise}; all have defaults. */
export interface LocaliseOptions {
  /** At most this many causes (default 20). */
  readonly causesMax?: number;
  /**
   * Causes that changed less than this share of all expected spend are dropped. Default: 0.003 for
   * sparse tables (fewer than half of all combinations of values occur, as in bills), 0 for dense ones.
   */
  readonly spendShareMin?: number;
  /** At most this many dimensions in one cause (default: all up to 8 dimensions, then 4). */
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
/** Bills drift in correlated ways that the null does not know of: more evidence is asked for, in nats. */
const SCORE_MIN_SPARSE = 6;
/** Share of an element's absolute change that must lie in one value for `complete` to name it. */
const COMPLETE_SHARE = 0.9;

/**
 * Finds the smallest set of attribute combinations that explains the change from expected to
 * actual, most dollars first. Pure and deterministic. Handles several causes at once, causes of
 * both signs, values that are new or vanished, and columns that depend on each other.
 */
export function localise(
  cube: Cube,
  options: LocaliseOptions = {},
): { readonly causes: readonly LocalisedCause[] } {
  checkCube(cube);
  if (cube.actual.length === 0) return { causes: [] };
  const cuboids = buildLattice(cube, options.layersMax ?? layersMaxOf(cube));
  const evidence = leafEvidence(cube);
  const found = searchCauses({
    cube,
    cuboids,
    evidence,
    causesMax: options.causesMax ?? CAUSES_MAX_DEFAULT,
    scoreMin: isSparse(cube) ? SCORE_MIN_SPARSE : 0,
    deltaMin:
      (options.spendShareMin ?? (isSparse(cube) ? SPEND_SHARE_SPARSE : 0)) * total(cube.expected),
  });
  const change = total(evidence.delta);
  const causes = found.map((cause) => ({
    where: whereOf(cause, cube, cuboids, options.complete ?? false),
    delta: cause.delta,
    share: change === 0 ? 0 : cause.delta / change,
    score: cause.score / (1 + cause.score),
    leaves: cause.leaves.length,
  }));
  return { causes: causes.sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta)) };
}

function layersMaxOf(cube: Cube): number {
  return cube.dimensions.length <= 8 ? cube.dimensions.length : 4;
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

function whereOf(
  cause: FoundCause,
  cube: Cube,
  cuboids: readonly Cuboid[],
  complete: boolean,
): Readonly<Record<string, string>> {
  const cuboid = cuboids[cause.cuboid] as Cuboid;
  const sample = cuboid.sample[cause.group] as number;
  const where: Record<string, string> = {};
  for (const d of dimensionsOf(shortestMask(cuboids, cause.cuboid, sample))) {
    where[cube.dimensions[d] as string] = valueOf(cube, d, sample);
  }
  if (complete) fillConstant(where, cause, cube);
  return where;
}

function valueOf(cube: Cube, d: number, leaf: number): string {
  return cube.values[d]?.[(cube.codes[d] as Int32Array)[leaf] as number] ?? '';
}

/** The fewest dimensions that select the same leaves: usage type may imply service, for example. */
function shortestMask(cuboids: readonly Cuboid[], index: number, sample: number): number {
  const own = cuboids[index] as Cuboid;
  const size = own.leaves[groupOfLeaf(cuboids, index, sample)];
  let best = own;
  for (let c = 0; c < cuboids.length; c++) {
    const cuboid = cuboids[c] as Cuboid;
    if ((cuboid.mask & own.mask) !== cuboid.mask || cuboid.layer >= best.layer) continue;
    if (cuboid.leaves[groupOfLeaf(cuboids, c, sample)] === size) best = cuboid;
  }
  return best.mask;
}

function fillConstant(where: Record<string, string>, cause: FoundCause, cube: Cube): void {
  const change = cause.leaves.reduce((sum, leaf) => sum + changeOf(cube, leaf), 0);
  for (let d = 0; d < cube.dimensions.length; d++) {
    const name = cube.dimensions[d] as string;
    if (name in where) continue;
    const byCode = new Float64Array(cube.values[d]?.length ?? 0);
    for (const leaf of cause.leaves) {
      const code = (cube.codes[d] as Int32Array)[leaf] as number;
      byCode[code] = (byCode[code] as number) + changeOf(cube, leaf);
    }
    const top = byCode.indexOf(Math.max(...byCode));
    if ((byCode[top] as number) >= COMPLETE_SHARE * change)
      where[name] = cube.values[d]?.[top] ?? '';
  }
}

function changeOf(cube: Cube, leaf: number): number {
  return Math.abs((cube.actual[leaf] as number) - (cube.expected[leaf] as number));
}
