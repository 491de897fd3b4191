import { InputError } from '@counterfoil/core';

/**
 * Canonical JSON (RFC 8785) in the browser: members sorted by UTF-16 code units, no space. The same text as the guard
 * computes; anything that JSON cannot carry exactly is refused.
 */
export function canonicalText(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value);
  if (typeof value === 'number' && isExact(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1));
    const members = value as Readonly<Record<string, unknown>>;
    return `{${names.map((name) => `${canonicalText(name)}:${canonicalText(members[name])}`).join(',')}}`;
  }
  throw new InputError('NOT_CANONICAL', 'A value can not be written as canonical JSON.', {
    remedy: 'Remove unusual characters from the comment and try again.',
  });
}

function isExact(value: number): boolean {
  const isLossy = Number.isInteger(value) && !Number.isSafeInteger(value);
  return Number.isFinite(value) && !Object.is(value, -0) && !isLossy;
}
