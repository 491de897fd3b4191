import { divideRounded } from '../query/amounts.ts';

/** Cost and quantity of one thing in both periods, in units of 10^-18. */
export interface Item {
  /** Things that can stand in for each other: one service, one unit, one group. Mix is measured within it. */
  readonly family: string;
  /** Whether the quantity is known; without it a change of cost is nothing but that. */
  readonly hasUnit: boolean;
  readonly costBefore: bigint;
  readonly costAfter: bigint;
  readonly quantityBefore: bigint;
  readonly quantityAfter: bigint;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

/** Why cost changed; the parts add up to the change to the last digit. */
export interface Effects<Amount = bigint> {
  /** What the same quantities would have cost more by unit prices alone. */
  readonly price: Amount;
  /** More or less of a family as a whole, at its average price. */
  readonly quantity: Amount;
  /** Dearer or cheaper members of a family used in place of others. */
  readonly mix: Amount;
  readonly new: Amount;
  readonly vanished: Amount;
  /** Changes of charges without a usable quantity: no unit, none or a negative one on one side, commitments left unused. */
  readonly unquantified: Amount;
}

export const EFFECT_NAMES = [
  'price',
  'quantity',
  'mix',
  'new',
  'vanished',
  'unquantified',
] as const satisfies readonly (keyof Effects)[];

const SCALE = 10n ** 18n;

export function noEffects(): Effects {
  return { price: 0n, quantity: 0n, mix: 0n, new: 0n, vanished: 0n, unquantified: 0n };
}

export function addEffects(a: Effects, b: Effects): Effects {
  return {
    price: a.price + b.price,
    quantity: a.quantity + b.quantity,
    mix: a.mix + b.mix,
    new: a.new + b.new,
    vanished: a.vanished + b.vanished,
    unquantified: a.unquantified + b.unquantified,
  };
}

/**
 * Effects of each item, in their order, by the indicators of Bennet (1920, "The theory of measurement of changes in cost of living",
 * Journal of the Royal Statistical Society 83): the price effect weighs the change of the unit price with the mean of both
 * quantities, the quantity effect the change of the quantity with the mean of both prices. Neither period is favoured, and
 * exchanging the periods exchanges the signs. Prices are unit costs, cost by quantity.
 *
 * The quantity effects of a family are split again: as much as the family's total quantity explains at its average price is
 * quantity, the rest is mix. An item whose family has no other member has no mix.
 */
export function effectsOf(items: readonly Item[]): readonly Effects[] {
  const families = Map.groupBy(items.filter(isQuantified), ({ family }) => family);
  const averages = new Map<string, bigint>();
  for (const [family, members] of families) {
    if (members.length > 1) averages.set(family, averagePrice(members));
  }
  return items.map((item) => {
    const change = item.costAfter - item.costBefore;
    if (!isQuantified(item)) return unsplit(item, change);
    const price = priceEffect(item);
    const average = averages.get(item.family);
    const quantity =
      average === undefined
        ? change - price
        : divideRounded(average * (item.quantityAfter - item.quantityBefore), SCALE);
    return { ...noEffects(), price, quantity, mix: change - price - quantity };
  });
}

/** Cost of one unit of quantity in units of 10^-18; null where there is none. */
export function unitCost(cost: bigint, quantity: bigint): bigint | null {
  return quantity === 0n ? null : divideRounded(cost * SCALE, quantity);
}

function isQuantified({ hasUnit, quantityBefore, quantityAfter }: Item): boolean {
  return hasUnit && quantityBefore > 0n && quantityAfter > 0n;
}

/** An item that is charged in one period only is new or vanished, whether or not its quantity is known. */
function unsplit({ rowsBefore, rowsAfter }: Item, change: bigint): Effects {
  if (rowsBefore === 0) return { ...noEffects(), new: change };
  if (rowsAfter === 0) return { ...noEffects(), vanished: change };
  return { ...noEffects(), unquantified: change };
}

/** (c1/q1 − c0/q0) · (q0 + q1) / 2 */
function priceEffect({ costBefore, costAfter, quantityBefore, quantityAfter }: Item): bigint {
  return divideRounded(
    (costAfter * quantityBefore - costBefore * quantityAfter) * (quantityBefore + quantityAfter),
    2n * quantityBefore * quantityAfter,
  );
}

/** Mean of both prices, c0/q0 and c1/q1, over the members of a family by their quantities. */
function averagePrice(members: readonly Item[]): bigint {
  let cost = 0n;
  let quantity = 0n;
  for (const { costBefore, costAfter, quantityBefore, quantityAfter } of members) {
    const both = quantityBefore + quantityAfter;
    cost += divideRounded(
      (costBefore * quantityAfter + costAfter * quantityBefore) * both,
      2n * quantityBefore * quantityAfter,
    );
    quantity += both;
  }
  return divideRounded(cost * SCALE, quantity);
}
