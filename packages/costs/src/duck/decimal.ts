import { decimalUnits } from '@counterfoil/core';

const UNIT_DIGITS = 18;

/** Sum of two decimal texts, exact, with 18 places. */
export function addDecimals(left: string, right: string): string {
  return decimalText(decimalUnits(left) + decimalUnits(right));
}

/** The decimal text with the other sign. */
export function negated(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

/** Units of 10^-18 as plain decimal text. */
export function decimalText(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(UNIT_DIGITS + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -UNIT_DIGITS)}.${digits.slice(-UNIT_DIGITS)}`;
}
