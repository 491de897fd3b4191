/**
 * Splits a whole into parts by weight so that the parts add up to the whole exactly: each part is rounded towards zero, and the units
 * left go one each to the largest remainders, the first of equal ones first (Hamilton's method). Weights are not negative; a whole
 * below zero is split as its size is. Null where no weight is above zero.
 */
export function splitByWeight(whole: bigint, weights: readonly bigint[]): readonly bigint[] | null {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n)) return null;
  const size = whole < 0n ? -whole : whole;
  const parts = weights.map((weight) => (size * weight) / sum);
  const left = size - parts.reduce((total, part) => total + part, 0n);
  const byRemainder = weights
    .map((weight, at) => ({ at, remainder: (size * weight) % sum }))
    .toSorted((a, b) =>
      a.remainder === b.remainder ? a.at - b.at : a.remainder < b.remainder ? 1 : -1,
    );
  const raised = new Set(byRemainder.slice(0, Number(left)).map(({ at }) => at));
  return parts.map((part, at) => {
    const rounded = raised.has(at) ? part + 1n : part;
    return whole < 0n ? -rounded : rounded;
  });
}
