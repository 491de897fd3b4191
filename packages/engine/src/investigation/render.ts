import { formatMoney, InputError, roundDecimal } from '@counterfoil/core';
import { sanitiseText } from '@counterfoil/guard';
import type { Facts } from '../causes/condition.ts';

const SLOT = /\{([A-Za-z][A-Za-z0-9.]*)(?:\|([a-z]+))?\}/g;
const VALUE_LENGTH_MAX = 120;

/** Characters that chat and ticket systems read as mentions, links or markup; no identifier of a resource needs them. */
const MARKUP = /[<>@&|`[\]{}!]/g;

/** Names of the facts that a template asks for. */
export function slotNames(template: string): readonly string[] {
  return [...template.matchAll(SLOT)].map((match) => match[1] ?? '');
}

/**
 * Fills `{fact}` and `{fact|format}` slots; formats: `money` (with the case's currency), `percent` (of a ratio),
 * `number` (two digits), `several` (as it is, or "several" where no single value is behind it). A fact that is not known
 * reads "unknown". Every value is sanitised: a resource name or a tag
 * is text that anybody may have typed.
 */
export function render(template: string, facts: Facts): string {
  return template.replaceAll(SLOT, (_slot, name: string, format: string | undefined) => {
    const value = facts[name];
    if (value === null || value === undefined) return format === 'several' ? 'several' : 'unknown';
    return plain(formatted(value, format, facts));
  });
}

/** A value as one line of plain text that no channel can read as a mention, a link or markup. */
export function plain(value: string): string {
  return unmarked(sanitiseText(value, { lengthMax: VALUE_LENGTH_MAX }).replaceAll('\n', ' '));
}

/** A text in which nothing is a mention or markup; the brackets and bars of those are written as dots. */
export function unmarked(text: string): string {
  return text.replaceAll(MARKUP, '·');
}

function formatted(
  value: string | number | boolean,
  format: string | undefined,
  facts: Facts,
): string {
  switch (format) {
    case undefined:
    case 'several':
      return String(value);
    case 'money':
      return formatMoney({
        amount: String(value),
        currency: String(facts['anomaly.currency'] ?? ''),
      });
    case 'percent':
      return `${Math.round(Number(value) * 100)} %`;
    case 'number':
      return roundDecimal(String(value), 2);
    default:
      throw new InputError('TEMPLATE_INVALID', `unknown format "${format}" in a template`, {
        remedy: 'use money, percent, number or several',
      });
  }
}
