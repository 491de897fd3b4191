import { decimalUnits, roundDecimal } from '@counterfoil/core';

/** Exact sums in units of 10^-18, the scale of core's decimals. Money never passes through a float. */
export type Units = bigint;

const SCALE_DIGITS = 18;
const RATIO_DIGITS = 10_000n;

/** Sums decimal texts exactly; null counts as nothing. */
export function sumUnits(amounts: Iterable<string | null>): Units {
  let total = 0n;
  for (const amount of amounts) if (amount !== null) total += decimalUnits(amount);
  return total;
}

/** Plain decimal text of units, rounded half away from zero to at most six digits. */
export function unitsToText(units: Units): string {
  const step = 10n ** BigInt(SCALE_DIGITS - 6);
  const magnitude = units < 0n ? -units : units;
  const rounded = (magnitude + step / 2n) / step;
  const digits = rounded.toString().padStart(7, '0');
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  return units < 0n && rounded !== 0n ? `-${text}` : text;
}

/** Units per whole count, e.g. per day; zero where the count is zero. */
export function perCount(units: Units, count: number): Units {
  return count === 0 ? 0n : units / BigInt(count);
}

/** Quotient of two unit values to four digits, null where the divisor is zero. A pure number, never money. */
export function ratioOf(numerator: Units, denominator: Units): number | null {
  if (denominator === 0n) return null;
  return Number((numerator * RATIO_DIGITS) / denominator) / Number(RATIO_DIGITS);
}

/** Price of one unit of quantity as decimal units, null where there is no quantity. */
export function unitPrice(cost: Units, quantity: Units): Units | null {
  return quantity === 0n ? null : (cost * 10n ** BigInt(SCALE_DIGITS)) / quantity;
}

/** Two digits, for a sentence; the exact figure stands in the facts. */
export function shown(units: Units): string {
  return roundDecimal(unitsToText(units), 2);
}
