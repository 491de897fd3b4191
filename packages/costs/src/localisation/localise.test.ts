import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '@counterfoil/core';
import { cubeOfLeaves, denseCube, wobble, type Leaf } from './cube.testing.ts';
import { localise } from './localise.ts';

function elementsOf(cube: Parameters<typeof localise>[0]): readonly string[] {
  return localise(cube)
    .causes.map(({ where }) => Object.values(where).toSorted().join('&'))
    .toSorted();
}

test('says nothing of a table in which nothing happened', () => {
  assert.deepEqual(localise(denseCube([10, 9, 8], () => 1)).causes, []);
  assert.deepEqual(localise(denseCube([10, 9, 8], () => 1.02)).causes, []);
});

test('finds one cause at each depth, from a single value to a single leaf', () => {
  const sizes = [10, 9, 8, 5];
  for (let depth = 1; depth <= sizes.length; depth++) {
    const element = ['a3', 'b2', 'c5', 'd1'].slice(0, depth);
    const inside = (where: readonly string[]) => element.every((value, d) => where[d] === value);
    const cube = denseCube(sizes, (where) => (inside(where) ? 1.8 : 1));
    assert.deepEqual(elementsOf(cube), [element.join('&')]);
  }
});

test('finds several causes of both signs at once and ranks them by dollars', () => {
  const cube = denseCube([10, 9, 8], ([a, b, c]) => {
    if (a === 'a1') return 2;
    if (b === 'b4' && c === 'c2') return 0.4;
    return a === 'a7' && c === 'c6' ? 1.5 : 1;
  });
  const { causes } = localise(cube);
  assert.deepEqual(elementsOf(cube), ['a1', 'a7&c6', 'b4&c2']);
  assert.deepEqual(causes[0]?.where, { a: 'a1' });
  const sizes = causes.map((cause) => Math.abs(cause.delta));
  assert.deepEqual(
    sizes,
    sizes.toSorted((x, y) => y - x),
  );
  assert.ok(causes.some((cause) => cause.delta < 0));
  for (const { score } of causes) assert.ok(score > 0.5 && score <= 1);
});

test('names siblings rather than their parent when some of its values stayed as they were', () => {
  const cube = denseCube([6, 10, 12], ([a, b]) =>
    a === 'a2' && b !== 'b3' && b !== 'b8' ? 1.6 : 1,
  );
  const found = elementsOf(cube);
  assert.ok(!found.includes('a2'));
  assert.ok(found.every((element) => element.startsWith('a2&b')));
  assert.equal(found.length, 8);
  const whole = denseCube([6, 10, 12], ([a]) => (a === 'a2' ? 1.6 : 1));
  assert.deepEqual(elementsOf(whole), ['a2']);
});

/** A bill: few of all combinations occur, usage type implies service, sizes differ a thousandfold. */
function bill(planted: readonly Leaf[], factorOf: (where: readonly string[]) => number = () => 1) {
  const services = { EC2: ['Box', 'Nat', 'Disk'], RDS: ['Instance', 'Storage'], S3: ['Requests'] };
  const leaves: Leaf[] = [];
  for (let account = 0; account < 20; account++) {
    for (const [service, usageTypes] of Object.entries(services)) {
      for (const usageType of usageTypes) {
        for (let resource = 0; resource < 3; resource++) {
          const index = leaves.length;
          const where = [`account-${account}`, service, usageType, `r-${account}-${index}`];
          const expected = 10 ** (1 + 1.5 * Math.abs(wobble(index + 3)));
          const actual = expected * factorOf(where) * (1 + 0.04 * wobble(index));
          leaves.push({ where, expected, actual });
        }
      }
    }
  }
  return cubeOfLeaves(['account', 'service', 'usageType', 'resource'], [...leaves, ...planted]);
}

test('reports the shortest element where dimensions imply each other', () => {
  const cube = bill([], ([, , usageType]) => (usageType === 'Nat' ? 2.2 : 1));
  const { causes } = localise(cube);
  assert.equal(causes.length, 1);
  assert.deepEqual(causes[0]?.where, { usageType: 'Nat' });
  assert.deepEqual(localise(cube, { complete: true }).causes[0]?.where, {
    service: 'EC2',
    usageType: 'Nat',
  });
});

test('a new resource is found and completely named', () => {
  const where = ['account-4', 'EC2', 'Gpu', 'i-new'];
  const cube = bill([{ where, expected: 0, actual: 600 }]);
  const { causes } = localise(cube, { complete: true });
  assert.equal(causes.length, 1);
  assert.deepEqual(causes[0]?.where, {
    account: 'account-4',
    service: 'EC2',
    usageType: 'Gpu',
    resource: 'i-new',
  });
  assert.equal(causes[0]?.delta, 600);
  assert.equal(causes[0]?.leaves, 1);
});

test('a vanished resource is found as a decrease', () => {
  const where = ['account-4', 'RDS', 'Instance', 'db-gone'];
  const { causes } = localise(bill([{ where, expected: 700, actual: 0 }]));
  assert.equal(causes.length, 1);
  assert.equal(causes[0]?.where['resource'], 'db-gone');
  assert.equal(causes[0]?.delta, -700);
});

test('a table of a few leaves names the one that moved', () => {
  const leaves = Array.from({ length: 12 }, (_, index) => ({
    where: ['EC2', `usage-${index % 4}`, `r-${index}`],
    expected: 100 + index,
    actual: (100 + index) * (1 + 0.02 * wobble(index)) + (index === 5 ? 400 : 0),
  }));
  const { causes } = localise(cubeOfLeaves(['service', 'usageType', 'resource'], leaves), {
    complete: true,
  });
  assert.equal(causes.length, 1);
  assert.deepEqual(causes[0]?.where, { service: 'EC2', usageType: 'usage-1', resource: 'r-5' });
});

test('drops causes below the share of expected spend, and keeps those above', () => {
  const where = ['account-4', 'EC2', 'Gpu', 'i-new'];
  const expected = bill([]).expected.reduce((sum, value) => sum + value, 0);
  const causesAt = (share: number) =>
    localise(bill([{ where, expected: 0, actual: expected * share }]), { spendShareMin: 0.01 })
      .causes.length;
  assert.equal(causesAt(0.0099), 0);
  assert.equal(causesAt(0.0101), 1);
});

test('keeps to the number of causes and of dimensions asked for', () => {
  const cube = denseCube([10, 9, 8], ([a, , c]) => (a === 'a1' ? 2 : c === 'c3' ? 0.5 : 1));
  assert.equal(localise(cube, { causesMax: 1 }).causes.length, 1);
  const deep = denseCube([10, 9, 8], ([a, b]) => (a === 'a1' && b === 'b1' ? 2 : 1));
  const shallow = localise(deep, { layersMax: 1 }).causes;
  assert.ok(shallow.every(({ where }) => Object.keys(where).length === 1));
});

test('gives the same answer whatever the order of leaves and dimensions', () => {
  const cube = denseCube([10, 9, 8], ([a, b]) => (a === 'a1' && b === 'b2' ? 1.7 : 1));
  const order = Array.from(cube.actual.keys()).toSorted((x, y) => wobble(x) - wobble(y));
  const shuffled = {
    dimensions: cube.dimensions.toReversed(),
    values: cube.values.toReversed(),
    codes: cube.codes.toReversed().map((codes) => Int32Array.from(order, (i) => codes[i] ?? 0)),
    actual: Float64Array.from(order, (i) => cube.actual[i] ?? 0),
    expected: Float64Array.from(order, (i) => cube.expected[i] ?? 0),
  };
  assert.deepEqual(elementsOf(shuffled), elementsOf(cube));
});

test('an empty table has no causes, a broken one is refused with the place of the fault', () => {
  const empty = cubeOfLeaves(['a'], []);
  assert.deepEqual(localise(empty).causes, []);
  const cube = denseCube([3, 3], () => 1);
  const refused = (broken: Partial<typeof cube>, pattern: RegExp) =>
    assert.throws(
      () => localise({ ...cube, ...broken }),
      (error) => error instanceof InputError && pattern.test(error.message),
    );
  refused(
    { actual: Float64Array.from(cube.actual, (v, i) => (i === 4 ? Number.NaN : v)) },
    /leaf 4/,
  );
  refused({ expected: new Float64Array(2) }, /same leaves/);
  refused({ codes: [new Int32Array(9).fill(3), new Int32Array(9)] }, /dimension "a" has code 3/);
  refused({ dimensions: [] }, /1 to 24 dimensions/);
});
