import type { Cube } from './cube.ts';

/** One leaf: its dimension values, what it was expected to cost and what it cost. */
export interface Leaf {
  readonly where: readonly string[];
  readonly expected: number;
  readonly actual: number;
}

/** Puts leaves into a cube; values in order of first appearance. */
export function cubeOfLeaves(dimensions: readonly string[], leaves: readonly Leaf[]): Cube {
  const values = dimensions.map((_, d) => [...new Set(leaves.map((leaf) => leaf.where[d] ?? ''))]);
  const codes = dimensions.map((_, d) =>
    Int32Array.from(leaves, (leaf) => values[d]?.indexOf(leaf.where[d] ?? '') ?? 0),
  );
  return {
    dimensions,
    values,
    codes,
    actual: Float64Array.from(leaves, (leaf) => leaf.actual),
    expected: Float64Array.from(leaves, (leaf) => leaf.expected),
  };
}

/** Deterministic noise in (−1, 1) for a leaf. */
export function wobble(index: number): number {
  const x = Math.sin(index * 12.9898 + 4.1) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

/** Every combination of `sizes` values, named `a0…`, `b0…`, with 3 % noise; `factorOf` plants causes. */
export function denseCube(
  sizes: readonly number[],
  factorOf: (where: readonly string[]) => number,
): Cube {
  const dimensions = sizes.map((_, d) => 'abcdefgh'[d] ?? '');
  const total = sizes.reduce((product, size) => product * size, 1);
  const leaves = Array.from({ length: total }, (_, index) => {
    let rest = index;
    const where = sizes.map((size, d) => {
      const code = rest % size;
      rest = Math.floor(rest / size);
      return `${dimensions[d]}${code}`;
    });
    const expected = 20 + 80 * Math.abs(wobble(index + 7));
    return { where, expected, actual: expected * factorOf(where) * (1 + 0.03 * wobble(index)) };
  });
  return cubeOfLeaves(dimensions, leaves);
}
