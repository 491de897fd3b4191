import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cubeOfLeaves, denseCube, wobble } from './cube.testing.ts';
import type { Cube } from './cube.ts';
import { localise } from './localise.ts';

const SIZES = [6, 5, 4] as const;
const RUNS = { numRuns: 15 };

/** An element of one to three dimensions, and what its leaves are multiplied by. */
const planted = fc.record({
  values: fc
    .tuple(
      fc.option(fc.nat(SIZES[0] - 1)),
      fc.option(fc.nat(SIZES[1] - 1)),
      fc.option(fc.nat(SIZES[2] - 1)),
    )
    .filter((values) => values.some((value) => value !== null)),
  factor: fc.oneof(
    fc.double({ min: 1.6, max: 5, noNaN: true }),
    fc.double({ min: 0, max: 0.5, noNaN: true }),
  ),
});

function elementOf(values: readonly (number | null)[]): readonly string[] {
  return values.flatMap((value, d) => (value === null ? [] : [`${'abc'[d]}${value}`]));
}

function cubeWith({
  values,
  factor,
}: {
  values: readonly (number | null)[];
  factor: number;
}): Cube {
  const element = elementOf(values);
  return denseCube(SIZES, (where) =>
    element.every((value) => where.includes(value)) ? factor : 1,
  );
}

function causesOf(cube: Cube): readonly string[] {
  return localise(cube)
    .causes.map(({ where }) => Object.values(where).toSorted().join('&'))
    .toSorted();
}

test('a planted cause is found, and nothing else is', () => {
  fc.assert(
    fc.property(planted, (cause) => {
      assert.deepEqual(causesOf(cubeWith(cause)), [elementOf(cause.values).join('&')]);
    }),
    RUNS,
  );
});

test('the order of leaves and of dimensions changes nothing', () => {
  fc.assert(
    fc.property(
      planted,
      fc.nat(),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      (cause, seed, dims) => {
        const cube = cubeWith(cause);
        const order = Array.from(cube.actual.keys()).toSorted(
          (x, y) => wobble(x + seed) - wobble(y + seed),
        );
        const shuffled = {
          dimensions: dims.map((d) => cube.dimensions[d] as string),
          values: dims.map((d) => cube.values[d] ?? []),
          codes: dims.map((d) => Int32Array.from(order, (i) => cube.codes[d]?.[i] ?? 0)),
          actual: Float64Array.from(order, (i) => cube.actual[i] ?? 0),
          expected: Float64Array.from(order, (i) => cube.expected[i] ?? 0),
        };
        assert.deepEqual(causesOf(shuffled), causesOf(cube));
      },
    ),
    RUNS,
  );
});

test('another unit of money changes nothing but the size of the changes', () => {
  fc.assert(
    fc.property(planted, fc.constantFrom(1 / 1024, 0.25, 8, 4096), (cause, unit) => {
      const cube = cubeWith(cause);
      const scaled = {
        ...cube,
        actual: cube.actual.map((value) => value * unit),
        expected: cube.expected.map((value) => value * unit),
      };
      assert.deepEqual(causesOf(scaled), causesOf(cube));
      const before = localise(cube).causes[0]?.delta ?? 0;
      const after = localise(scaled).causes[0]?.delta ?? 0;
      assert.ok(Math.abs(after - before * unit) <= 1e-9 * Math.abs(after));
    }),
    RUNS,
  );
});

test('a leaf that cost what was expected, outside the cause, changes nothing', () => {
  fc.assert(
    fc.property(planted, fc.double({ min: 1, max: 200, noNaN: true }), (cause, cost) => {
      const cube = cubeWith(cause);
      const leaves = Array.from(cube.actual, (actual, i) => ({
        where: cube.dimensions.map((_, d) => cube.values[d]?.[cube.codes[d]?.[i] ?? 0] ?? ''),
        expected: cube.expected[i] ?? 0,
        actual,
      }));
      const quiet = { where: ['a-other', 'b-other', 'c-other'], expected: cost, actual: cost };
      const more = cubeOfLeaves(cube.dimensions, [...leaves, quiet]);
      assert.deepEqual(causesOf(more), causesOf(cube));
    }),
    RUNS,
  );
});
