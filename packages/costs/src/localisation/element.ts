import type { Cube } from './cube.ts';
import { groupOfLeaf, type Cuboid } from './lattice.ts';
import { dimensionsOf } from './refine.ts';
import type { FoundCause } from './search.ts';

/** Share of an element's absolute change that must lie in one value for `complete` to name it. */
const COMPLETE_SHARE = 0.9;

/**
 * The dimension values of a cause, in as few dimensions as select its leaves; with `complete` also
 * every dimension that is all but constant over its change.
 */
export function whereOf(
  cause: FoundCause,
  cube: Cube,
  cuboids: readonly Cuboid[],
  complete: boolean,
): Readonly<Record<string, string>> {
  const sample = cause.leaves[0] as number;
  const where: Record<string, string> = {};
  const own = exactMask(cause, cube, cuboids);
  for (const d of dimensionsOf(shortestMask(cuboids, own, sample))) {
    where[cube.dimensions[d] as string] = valueOf(cube, d, sample);
  }
  if (complete) fillConstant(where, cause, cube);
  return where;
}

function valueOf(cube: Cube, d: number, leaf: number): string {
  return cube.values[d]?.[(cube.codes[d] as Int32Array)[leaf] as number] ?? '';
}

/**
 * Where an earlier cause took some of the element's leaves and all that are left agree in further
 * dimensions, the element with those: it says nothing of leaves that something else explains.
 */
function exactMask(cause: FoundCause, cube: Cube, cuboids: readonly Cuboid[]): number {
  if (cause.takenBefore === 0) return cause.cuboid;
  let mask = (cuboids[cause.cuboid] as Cuboid).mask;
  const first = cause.leaves[0] as number;
  for (let d = 0; d < cube.dimensions.length; d++) {
    const codes = cube.codes[d] as Int32Array;
    if (cause.leaves.every((leaf) => codes[leaf] === codes[first])) mask |= 1 << d;
  }
  const exact = cuboids.findIndex((cuboid) => cuboid.mask === mask);
  return exact < 0 ? cause.cuboid : exact;
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
