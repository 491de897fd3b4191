import { sumDecimals } from '@counterfoil/core';
import { decimalText } from '../duck/decimal.ts';

/** Units of 10^-18 as plain decimal text without trailing zeros. */
export function amountText(units: bigint): string {
  return sumDecimals([decimalText(units)]);
}

/** A value that the database gives for a sum of decimals or a count, as units; nothing counts as zero. */
export function unitsOf(value: unknown): bigint {
  if (value === null || value === undefined) return 0n;
  const scaled = value as { readonly value?: bigint; readonly scale?: number };
  if (typeof scaled.value === 'bigint' && typeof scaled.scale === 'number') {
    return scaled.value * 10n ** BigInt(UNIT_DIGITS - scaled.scale);
  }
  return BigInt(value as bigint) * 10n ** BigInt(UNIT_DIGITS);
}

/** The nearest whole number to `numerator / denominator`, halves away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const top = magnitude(numerator);
  const bottom = magnitude(denominator);
  const quotient = (2n * top + bottom) / (2n * bottom);
  return negative ? -quotient : quotient;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

const UNIT_DIGITS = 18;
