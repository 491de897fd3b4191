import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addEffects, effectsOf, noEffects, unitCost, type Effects, type Item } from './effects.ts';

const ONE = 10n ** 18n;

function item(change: Partial<Item>): Item {
  return {
    family: 'compute',
    hasUnit: true,
    costBefore: 100n * ONE,
    costAfter: 100n * ONE,
    quantityBefore: 10n * ONE,
    quantityAfter: 10n * ONE,
    rowsBefore: 1,
    rowsAfter: 1,
    ...change,
  };
}

const total = (effects: readonly Effects[]) => effects.reduce(addEffects, noEffects());
const inUnits = (effects: Effects) =>
  Object.fromEntries(
    Object.entries(effects)
      .filter(([, value]) => value !== 0n)
      .map(([name, value]) => [name, Number(value) / 1e18]),
  );
const only = (...items: readonly Item[]) => inUnits(total(effectsOf(items)));

describe('the effects of a change', () => {
  it('are price alone where the same quantity became dearer', () => {
    assert.deepEqual(only(item({ costAfter: 130n * ONE })), { price: 30 });
  });

  it('are quantity alone where more was used at the same price', () => {
    const more = item({ costAfter: 150n * ONE, quantityAfter: 15n * ONE });
    assert.deepEqual(only(more), { quantity: 50 });
  });

  it('share a joint change evenly, by the means of both periods', () => {
    // 10 at 10, then 20 at 15: price 5 · 15, quantity 10 · 12.5.
    const both = item({ costAfter: 300n * ONE, quantityAfter: 20n * ONE });
    assert.deepEqual(only(both), { price: 75, quantity: 125 });
  });

  it('are mix where a dearer member of a family takes the place of a cheaper one', () => {
    const cheap = item({
      costBefore: 20n * ONE,
      costAfter: 10n * ONE,
      quantityBefore: 20n * ONE,
      quantityAfter: 10n * ONE,
    });
    const dear = item({
      costBefore: 50n * ONE,
      costAfter: 100n * ONE,
      quantityBefore: 10n * ONE,
      quantityAfter: 20n * ONE,
    });
    assert.deepEqual(only(cheap, dear), { mix: 40 });
    const others = { ...dear, family: 'storage' };
    assert.deepEqual(only(cheap, others), { quantity: 40 });
  });

  it('tell what came, what went and what has no quantity apart from price and quantity', () => {
    const came = item({ costBefore: 0n, quantityBefore: 0n, rowsBefore: 0 });
    const went = item({ costAfter: 0n, quantityAfter: 0n, rowsAfter: 0 });
    assert.deepEqual(only(came), { new: 100 });
    assert.deepEqual(only(went), { vanished: -100 });
    assert.deepEqual(only(item({ hasUnit: false, costAfter: 130n * ONE })), { unquantified: 30 });
    assert.deepEqual(only(item({ quantityAfter: 0n, costAfter: 0n })), { unquantified: -100 });
    const corrected = item({ quantityAfter: -1n * ONE, costAfter: -10n * ONE });
    assert.deepEqual(only(corrected), { unquantified: -110 });
  });

  const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const anyItem: fc.Arbitrary<Item> = fc.record({
    family: fc.constantFrom('a', 'b'),
    hasUnit: fc.boolean(),
    costBefore: amount,
    costAfter: amount,
    quantityBefore: fc.oneof(fc.constant(0n), amount),
    quantityAfter: fc.oneof(fc.constant(0n), amount),
    rowsBefore: fc.nat({ max: 1 }),
    rowsAfter: fc.nat({ max: 1 }),
  });

  it('add up to the change to the last digit, whatever the figures', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 12 }), (items) => {
        const effects = effectsOf(items);
        for (const [at, one] of effects.entries()) {
          const parts = Object.values(one).reduce((sum, part: bigint) => sum + part, 0n);
          assert.equal(parts, (items[at]?.costAfter ?? 0n) - (items[at]?.costBefore ?? 0n));
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('change their signs alone when the periods are exchanged', () => {
    const exchanged = (one: Item): Item => ({
      ...one,
      costBefore: one.costAfter,
      costAfter: one.costBefore,
      quantityBefore: one.quantityAfter,
      quantityAfter: one.quantityBefore,
    });
    const positive = fc.bigInt({ min: 1n, max: 10n ** 24n });
    const used = fc
      .record({ costBefore: positive, costAfter: positive })
      .chain((costs) =>
        fc
          .record({ quantityBefore: positive, quantityAfter: positive })
          .map((quantities) => item({ ...costs, ...quantities })),
      );
    fc.assert(
      fc.property(fc.array(used, { minLength: 1, maxLength: 5 }), (items) => {
        const forth = total(effectsOf(items));
        const back = total(effectsOf(items.map(exchanged)));
        for (const name of ['price', 'quantity', 'mix'] as const) {
          assert.equal(forth[name], -back[name], name);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('the cost of a unit', () => {
  it('is rounded to the last of its digits, and unknown of nothing', () => {
    assert.equal(unitCost(2n * ONE, 3n * ONE), 666_666_666_666_666_667n);
    assert.equal(unitCost(ONE, 0n), null);
  });
});
