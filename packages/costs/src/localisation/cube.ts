import { InputError } from '@counterfoil/core';

/**
 * A table of leaves in columns: what every combination of dimension values cost and what it was
 * expected to cost. Leaf `i` has value `values[d][codes[d][i]]` in dimension `d`.
 */
export interface Cube {
  readonly dimensions: readonly string[];
  /** Per dimension, its values; `codes` point into this list. */
  readonly values: readonly (readonly string[])[];
  /** Per dimension, the value of each leaf as an index into `values`. */
  readonly codes: readonly Int32Array[];
  readonly actual: Float64Array;
  readonly expected: Float64Array;
}

/** Most dimensions that can be searched: subsets of dimensions are held as bits of one integer. */
export const DIMENSIONS_MAX = 24;

/** Fails with `InputError` when columns differ in length, figures are not finite, or codes point nowhere. */
export function checkCube(cube: Cube): void {
  const leaves = cube.actual.length;
  const width = cube.dimensions.length;
  if (width === 0 || width > DIMENSIONS_MAX) {
    throw malformed(`a cube needs 1 to ${DIMENSIONS_MAX} dimensions, not ${width}`);
  }
  if (cube.expected.length !== leaves || cube.codes.length !== width) {
    throw malformed('actual, expected and codes must describe the same leaves and dimensions');
  }
  for (let d = 0; d < width; d++) checkDimension(cube, d);
  for (let i = 0; i < leaves; i++) {
    if (!Number.isFinite(cube.actual[i]) || !Number.isFinite(cube.expected[i])) {
      throw malformed(`leaf ${i} has an actual or expected figure that is not a finite number`);
    }
  }
}

function checkDimension(cube: Cube, d: number): void {
  const name = cube.dimensions[d];
  const codes = cube.codes[d];
  const size = cube.values[d]?.length ?? 0;
  if (codes?.length !== cube.actual.length) {
    throw malformed(`dimension "${name}" does not have one code a leaf`);
  }
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code < 0 || code >= size) {
      throw malformed(
        `leaf ${i} of dimension "${name}" has code ${code}, beyond its ${size} values`,
      );
    }
  }
}

function malformed(message: string): InputError {
  return new InputError('CUBE_MALFORMED', message, {
    remedy: 'build the cube from one table with one row a combination of values',
  });
}
