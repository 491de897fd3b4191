import type { Cuboid } from './lattice.ts';

/** Two values a leaf or a group, one for each side of change. */
export type SidePair = readonly [Float64Array, Float64Array];

/** A value a leaf for each side of change, and their sums for every group: `into[side][cuboid][group]`. */
export interface SideTable {
  readonly perLeaf: SidePair;
  readonly into: readonly [readonly Float64Array[], readonly Float64Array[]];
}

/** A table of zeros. */
export function sideTable(cuboids: readonly Cuboid[], leaves: number): SideTable {
  return {
    perLeaf: [new Float64Array(leaves), new Float64Array(leaves)],
    into: [groupCells(cuboids), groupCells(cuboids)],
  };
}

/** One zeroed cell for each group of each cuboid, all in one stretch of memory. */
function groupCells(cuboids: readonly Cuboid[]): readonly Float64Array[] {
  const all = new Float64Array(cuboids.reduce((sum, { groups }) => sum + groups, 0));
  let at = 0;
  return cuboids.map(({ groups }) => all.subarray(at, (at += groups)));
}

/** Sums the values of both sides for every group of every cuboid. */
export function rollUpPair(cuboids: readonly Cuboid[], { perLeaf, into }: SideTable): void {
  for (let c = 0; c < cuboids.length; c++) {
    const { parent, groupOf } = cuboids[c] as Cuboid;
    const from0 = parent < 0 ? perLeaf[0] : (into[0][parent] as Float64Array);
    const from1 = parent < 0 ? perLeaf[1] : (into[1][parent] as Float64Array);
    addPair(groupOf, [from0, from1], [into[0][c] as Float64Array, into[1][c] as Float64Array]);
  }
}

function addPair(groupOf: Int32Array, [from0, from1]: SidePair, [sums0, sums1]: SidePair): void {
  sums0.fill(0);
  sums1.fill(0);
  for (let i = 0; i < groupOf.length; i++) {
    const group = groupOf[i] as number;
    sums0[group] = (sums0[group] as number) + (from0[i] as number);
    sums1[group] = (sums1[group] as number) + (from1[i] as number);
  }
}

/**
 * Takes leaves out of tables: their values become zero, and the sums of all groups that hold them
 * follow, leaf by leaf or, where that would be more work, from all leaves anew.
 */
export function takeLeaves(
  cuboids: readonly Cuboid[],
  leaves: Int32Array,
  tables: readonly SideTable[],
): void {
  const anew = cuboids.reduce((sum, { groupOf }) => sum + groupOf.length, 0);
  const few = 2 * leaves.length * cuboids.length < anew;
  if (few) subtractLeaves(cuboids, leaves, tables);
  for (const table of tables) {
    for (let i = 0; i < leaves.length; i++) {
      table.perLeaf[0][leaves[i] as number] = 0;
      table.perLeaf[1][leaves[i] as number] = 0;
    }
    if (!few) rollUpPair(cuboids, table);
  }
}

function subtractLeaves(
  cuboids: readonly Cuboid[],
  leaves: Int32Array,
  tables: readonly SideTable[],
): void {
  const groups = new Int32Array(cuboids.length);
  for (let i = 0; i < leaves.length; i++) {
    const leaf = leaves[i] as number;
    for (let c = 0; c < cuboids.length; c++) {
      const { parent, groupOf } = cuboids[c] as Cuboid;
      groups[c] = groupOf[parent < 0 ? leaf : (groups[parent] as number)] as number;
    }
    for (let t = 0; t < tables.length; t++) {
      const { perLeaf, into } = tables[t] as SideTable;
      subtract(groups, perLeaf[0][leaf] as number, into[0]);
      subtract(groups, perLeaf[1][leaf] as number, into[1]);
    }
  }
}

function subtract(groups: Int32Array, value: number, into: readonly Float64Array[]): void {
  if (value === 0) return;
  for (let c = 0; c < groups.length; c++) {
    const sums = into[c] as Float64Array;
    const group = groups[c] as number;
    sums[group] = (sums[group] as number) - value;
  }
}

/** Sums a value per leaf for every group of every cuboid. */
export function rollUp(cuboids: readonly Cuboid[], perLeaf: Float64Array): readonly Float64Array[] {
  const into: Float64Array[] = [];
  for (const { parent, groupOf, groups } of cuboids) {
    into.push(sumGroups(groupOf, parent < 0 ? perLeaf : (into[parent] as Float64Array), groups));
  }
  return into;
}

function sumGroups(groupOf: Int32Array, from: Float64Array, groups: number): Float64Array {
  const sums = new Float64Array(groups);
  for (let i = 0; i < groupOf.length; i++) {
    const group = groupOf[i] as number;
    sums[group] = (sums[group] as number) + (from[i] as number);
  }
  return sums;
}
