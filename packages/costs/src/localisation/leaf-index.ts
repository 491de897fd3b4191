import type { Cube } from './cube.ts';

/** The leaves of each value of one dimension: those of value `v` are `leaves[starts[v]…starts[v + 1])`, ascending. */
interface DimensionIndex {
  readonly starts: Int32Array;
  readonly leaves: Int32Array;
}

interface LeafRange {
  readonly from: number;
  readonly to: number;
  readonly leaves: Int32Array;
}

/** Finds the leaves of an element without a scan of the table: by its rarest value, then by the others. */
export interface LeafIndex {
  /** Leaves that share the values of `sample` in `dims` and are marked in `active`, ascending. */
  leavesOf(dims: readonly number[], sample: number, active: Uint8Array): Int32Array;
}

/** An index of a cube's leaves by each dimension's values, built for a dimension when it is first asked for. */
export function leafIndex(cube: Cube): LeafIndex {
  const built: (DimensionIndex | undefined)[] = cube.dimensions.map(() => undefined);
  const indexOf = (d: number): DimensionIndex => (built[d] ??= indexDimension(cube, d));
  return {
    leavesOf(dims, sample, active) {
      const columns = dims.map((d) => cube.codes[d] as Int32Array);
      const wanted = columns.map((column) => column[sample] as number);
      let rarest: LeafRange = { from: 0, to: Infinity, leaves: new Int32Array(0) };
      dims.forEach((d, k) => {
        const { starts, leaves } = indexOf(d);
        const from = starts[wanted[k] as number] as number;
        const to = starts[(wanted[k] as number) + 1] as number;
        if (to - from < rarest.to - rarest.from) rarest = { from, to, leaves };
      });
      return selectLeaves(rarest, { columns, wanted, active });
    },
  };
}

function selectLeaves(
  { from, to, leaves }: LeafRange,
  {
    columns,
    wanted,
    active,
  }: { columns: readonly Int32Array[]; wanted: readonly number[]; active: Uint8Array },
): Int32Array {
  const selected = new Int32Array(to - from);
  let count = 0;
  for (let at = from; at < to; at++) {
    const leaf = leaves[at] as number;
    if (!active[leaf]) continue;
    let inside = true;
    for (let k = 0; k < columns.length && inside; k++) {
      inside = (columns[k] as Int32Array)[leaf] === wanted[k];
    }
    if (inside) selected[count++] = leaf;
  }
  return selected.subarray(0, count);
}

function indexDimension(cube: Cube, d: number): DimensionIndex {
  const codes = cube.codes[d] as Int32Array;
  const starts = new Int32Array((cube.values[d]?.length ?? 0) + 1);
  for (let i = 0; i < codes.length; i++) {
    const after = (codes[i] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  for (let v = 1; v < starts.length; v++) {
    starts[v] = (starts[v] as number) + (starts[v - 1] as number);
  }
  const next = starts.slice();
  const leaves = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    const at = next[code] as number;
    leaves[at] = i;
    next[code] = at + 1;
  }
  return { starts, leaves };
}
