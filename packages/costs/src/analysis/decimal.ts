const UNIT_DIGITS = 18;
const MONEY_DIGITS = 6;

/** `units / divisor` as plain decimal text with six places, rounded half away from zero; units are 10^-18 as in core's `decimalUnits`. */
export function quotientText(units: bigint, divisor = 1n): string {
  const step = divisor * 10n ** BigInt(UNIT_DIGITS - MONEY_DIGITS);
  const magnitude = units < 0n ? -units : units;
  const rounded = (magnitude + step / 2n) / step;
  const digits = rounded.toString().padStart(MONEY_DIGITS + 1, '0');
  const sign = units < 0n && rounded !== 0n ? '-' : '';
  return `${sign}${digits.slice(0, -MONEY_DIGITS)}.${digits.slice(-MONEY_DIGITS)}`;
}

/** `part / whole` rounded to `digits` decimal places, exactly; 0 where the whole is zero. */
export function ratio(part: bigint, whole: bigint, digits: number): number {
  if (whole === 0n) return 0;
  const scale = 10n ** BigInt(digits + 1);
  return Number(Math.round(Number((part * scale) / whole) / 10)) / 10 ** digits;
}

/** A change in percent of the size of what was expected, so that its sign is that of the change; null of nothing. */
export function changePercent(change: bigint, expected: bigint): number | null {
  if (expected === 0n) return null;
  // Credits make an expectation negative.
  return ratio(100n * change, expected < 0n ? -expected : expected, 1);
}
