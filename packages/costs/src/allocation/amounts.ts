import { decimalUnits } from '@counterfoil/core';

/** Units of a decimal that SQL gave as text; nothing is zero. */
export function unitsOf(text: string | null | undefined): bigint {
  return decimalUnits(text ?? '0');
}

/**
 * The part in percent with one decimal, rounded down, so that a share below a bound is never shown as the bound itself; null of nothing.
 */
export function percentDown(part: bigint, whole: bigint): number | null {
  if (whole <= 0n) return null;
  return Number((1000n * part) / whole) / 10;
}

/** Whether `part` is at least so many percent of `whole`, exactly. */
export function reaches(part: bigint, whole: bigint, percent: number): boolean {
  return 100n * part * 1_000_000n >= whole * BigInt(Math.round(percent * 1_000_000));
}
