import type { Cube } from './cube.ts';

/**
 * All groupings of the leaves by a subset of dimensions ("cuboids"). Each cuboid is computed from
 * its smallest already computed parent (one dimension more), so sums roll up over few groups
 * instead of over all leaves (the aggregate lattice of Harinarayan, Rajaraman, Ullman, SIGMOD 1996).
 */
export interface Cuboid {
  /** Bit `d` set: the cuboid groups by dimension `d`. */
  readonly mask: number;
  readonly layer: number;
  readonly groups: number;
  /** Index of the parent cuboid, or −1 where the cuboid is computed from the leaves. */
  readonly parent: number;
  /** Group of this cuboid for each group (or leaf) of the parent. */
  readonly groupOf: Int32Array;
  /** One leaf of each group, from which its values are read. */
  readonly sample: Int32Array;
  /** Number of leaves of each group. */
  readonly leaves: Int32Array;
}

/** Keys are addressed directly while their space is at most so many times the leaves; beyond it they are hashed. */
const TABLE_PER_LEAF = 8;

/** Builds every cuboid of at most `layersMax` dimensions; parents come before their children. */
export function buildLattice(cube: Cube, layersMax: number): readonly Cuboid[] {
  const width = cube.dimensions.length;
  const masks = masksByLayer(width, Math.min(layersMax, width));
  const cuboids: Cuboid[] = [];
  const indexOf = new Map<number, number>();
  const leaves = cube.actual.length;
  const scratch: Scratch = {
    table: new Int32Array(tableSize(cube)),
    keys: new Float64Array(leaves),
    first: new Int32Array(leaves),
  };
  for (const mask of masks) {
    const parent = smallestParent(mask, width, cuboids, indexOf);
    indexOf.set(mask, cuboids.length);
    const isFull = bitCount(mask) === width;
    cuboids.push(
      isFull ? leafCuboid(mask, leaves) : groupBy(cube, { mask, parent }, cuboids, scratch),
    );
  }
  return cuboids;
}

/** The group of `leaf` in cuboid `index`. */
export function groupOfLeaf(cuboids: readonly Cuboid[], index: number, leaf: number): number {
  const cuboid = cuboids[index] as Cuboid;
  const from = cuboid.parent < 0 ? leaf : groupOfLeaf(cuboids, cuboid.parent, leaf);
  return cuboid.groupOf[from] as number;
}

function masksByLayer(width: number, layersMax: number): number[] {
  const masks: number[] = [];
  for (let mask = 1; mask < 1 << width; mask++) if (bitCount(mask) <= layersMax) masks.push(mask);
  return masks.sort((a, b) => bitCount(b) - bitCount(a) || a - b);
}

/** Number of set bits of a small non-negative integer. */
function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count++;
  return count;
}

function smallestParent(
  mask: number,
  width: number,
  cuboids: readonly Cuboid[],
  indexOf: ReadonlyMap<number, number>,
): number {
  let best = -1;
  let bestGroups = Infinity;
  for (let d = 0; d < width; d++) {
    const index = mask & (1 << d) ? undefined : indexOf.get(mask | (1 << d));
    if (index === undefined) continue;
    const groups = (cuboids[index] as Cuboid).groups;
    if (groups < bestGroups) [best, bestGroups] = [index, groups];
  }
  return best;
}

function tableSize(cube: Cube): number {
  const product = cube.values.reduce((size, values) => size * values.length, 1);
  return Math.min(product, TABLE_PER_LEAF * cube.actual.length);
}

/** Mixed-radix strides of the dimensions in `mask`, and the size of their key space. */
function strides(cube: Cube, mask: number): { dims: number[]; steps: number[]; size: number } {
  const dims: number[] = [];
  const steps: number[] = [];
  let size = 1;
  for (let d = 0; d < cube.dimensions.length; d++) {
    if (!(mask & (1 << d))) continue;
    dims.push(d);
    steps.push(size);
    size *= cube.values[d]?.length ?? 1;
  }
  return { dims, steps, size };
}

/** Buffers that every grouping uses again. */
interface Scratch {
  /** Number of the group by key, from 1; all 0 between uses. */
  readonly table: Int32Array;
  readonly keys: Float64Array;
  /** The first member of each group. */
  readonly first: Int32Array;
}

/** The cuboid of all dimensions: a leaf is one combination, so each is a group of its own. */
function leafCuboid(mask: number, leaves: number): Cuboid {
  const groupOf = new Int32Array(leaves);
  for (let i = 0; i < leaves; i++) groupOf[i] = i;
  const one = new Int32Array(leaves).fill(1);
  const layer = bitCount(mask);
  return { mask, layer, groups: leaves, parent: -1, groupOf, sample: groupOf, leaves: one };
}

function groupBy(
  cube: Cube,
  { mask, parent }: { mask: number; parent: number },
  cuboids: readonly Cuboid[],
  scratch: Scratch,
): Cuboid {
  const from = parent < 0 ? undefined : (cuboids[parent] as Cuboid);
  const count = from?.groups ?? cube.actual.length;
  const { first, table } = scratch;
  const keys = scratch.keys.subarray(0, count);
  const size = fillKeys(cube, mask, from?.sample, keys);
  const groupOf = new Int32Array(count);
  const groups =
    size <= table.length
      ? groupDirect(keys, table, groupOf, first)
      : groupHashed(keys, groupOf, first);
  const sample = new Int32Array(groups);
  const leaves = new Int32Array(groups);
  for (let g = 0; g < groups; g++) {
    sample[g] = from ? (from.sample[first[g] as number] as number) : (first[g] as number);
  }
  for (let i = 0; i < count; i++) {
    const g = groupOf[i] as number;
    leaves[g] = (leaves[g] as number) + (from ? (from.leaves[i] as number) : 1);
  }
  return { mask, layer: bitCount(mask), groups, parent, groupOf, sample, leaves };
}

/** Writes the key of each leaf or parent group into `keys`; returns the size of their space. */
function fillKeys(
  cube: Cube,
  mask: number,
  sample: Int32Array | undefined,
  keys: Float64Array,
): number {
  const { dims, steps, size } = strides(cube, mask);
  keys.fill(0);
  for (let k = 0; k < dims.length; k++) {
    const codes = cube.codes[dims[k] as number] as Int32Array;
    addDigits(keys, { codes, step: steps[k] as number, sample });
  }
  return size;
}

function addDigits(
  keys: Float64Array,
  { codes, step, sample }: { codes: Int32Array; step: number; sample: Int32Array | undefined },
): void {
  if (sample === undefined) {
    for (let i = 0; i < keys.length; i++) {
      keys[i] = (keys[i] as number) + (codes[i] as number) * step;
    }
    return;
  }
  for (let i = 0; i < keys.length; i++) {
    keys[i] = (keys[i] as number) + (codes[sample[i] as number] as number) * step;
  }
}

function groupDirect(
  keys: Float64Array,
  table: Int32Array,
  groupOf: Int32Array,
  first: Int32Array,
): number {
  let groups = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    let group = (table[key] as number) - 1;
    if (group < 0) {
      group = groups++;
      table[key] = groups;
      first[group] = i;
    }
    groupOf[i] = group;
  }
  for (let g = 0; g < groups; g++) table[keys[first[g] as number] as number] = 0;
  return groups;
}

/** Open addressing with linear probing; keys are integers below 2^53. */
function groupHashed(keys: Float64Array, groupOf: Int32Array, first: Int32Array): number {
  const slots = 1 << Math.ceil(Math.log2(keys.length * 2 + 2));
  const slotGroup = new Int32Array(slots).fill(-1);
  let groups = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    let slot = mix(key) & (slots - 1);
    let group = slotGroup[slot] as number;
    while (group >= 0 && keys[first[group] as number] !== key) {
      slot = (slot + 1) & (slots - 1);
      group = slotGroup[slot] as number;
    }
    if (group < 0) {
      group = groups++;
      slotGroup[slot] = group;
      first[group] = i;
    }
    groupOf[i] = group;
  }
  return groups;
}

function mix(key: number): number {
  const low = (key % 4294967296) | 0;
  const high = (key / 4294967296) | 0;
  let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}
