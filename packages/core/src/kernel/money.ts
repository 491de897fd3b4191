import { InputError } from './errors.ts';

/** An exact decimal amount in one currency (ISO 4217). `amount` is plain decimal text, e.g. `-12.340000`. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

const DECIMAL = /^-?\d{1,20}(\.\d{1,18})?$/;
const SCALE_DIGITS = 18;

/** Parses plain decimal text to an integer of 10^-18 units; throws `InputError` on any other text. */
export function decimalUnits(amount: string): bigint {
  if (!DECIMAL.test(amount)) {
    throw new InputError('DECIMAL_MALFORMED', `"${amount.slice(0, 40)}" is not a plain decimal`, {
      remedy: 'write digits with at most one point, no exponent and no thousands separator',
    });
  }
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(SCALE_DIGITS, '0'));
  return negative ? -units : units;
}

/** Rounds half away from zero to `fractionDigits` digits and returns plain decimal text. */
export function roundDecimal(amount: string, fractionDigits: number): string {
  const units = decimalUnits(amount);
  const step = 10n ** BigInt(SCALE_DIGITS - fractionDigits);
  const magnitude = units < 0n ? -units : units;
  const rounded = (magnitude + step / 2n) / step;
  const text = rounded.toString().padStart(fractionDigits + 1, '0');
  const whole = text.slice(0, text.length - fractionDigits);
  const fraction = fractionDigits > 0 ? `.${text.slice(text.length - fractionDigits)}` : '';
  return `${units < 0n && rounded !== 0n ? '-' : ''}${whole}${fraction}`;
}

/** Compares two decimal texts exactly: −1, 0 or 1. */
export function compareDecimal(left: string, right: string): -1 | 0 | 1 {
  const difference = decimalUnits(left) - decimalUnits(right);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** The amount without its sign. */
export function absoluteDecimal(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : amount;
}

/** `"1,234.50 USD"`: two fraction digits, thousands grouped, for people. */
export function formatMoney(money: Money): string {
  const [whole = '0', fraction = '00'] = roundDecimal(money.amount, 2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${fraction} ${money.currency}`;
}

/** The exact sum of decimal texts, without trailing zeros; `'0'` of none. */
export function sumDecimals(amounts: readonly string[]): string {
  const units = amounts.reduce((sum, amount) => sum + decimalUnits(amount), 0n);
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE_DIGITS + 1, '0');
  const fraction = digits.slice(-SCALE_DIGITS).replace(/0+$/, '');
  const whole = digits.slice(0, -SCALE_DIGITS);
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
