import { decimalUnits } from '../kernel/money.ts';

const UNITS_PER_CENT = 10n ** 16n;

/**
 * The size of an amount in hundredths, rounded up, as policies compare it; `Number.MAX_SAFE_INTEGER` where it is larger than a
 * number holds exactly, so that no amount ever looks small. Throws `InputError` on text that is no plain decimal.
 */
export function centsOf(amount: string): number {
  const units = decimalUnits(amount);
  const size = units < 0n ? -units : units;
  const cents = (size + UNITS_PER_CENT - 1n) / UNITS_PER_CENT;
  return Number(cents > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : cents);
}
