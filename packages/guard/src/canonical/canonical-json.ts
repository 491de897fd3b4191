import { InputError } from '@counterfoil/core';

const DEPTH_MAX = 64;

/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 code units, shortest numbers, no space. Refuses what JSON cannot
 * carry without loss: lone surrogates, −0, NaN, infinities, integers beyond ±(2^53 − 1), `undefined`, other objects.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > DEPTH_MAX) throw refusal(`nested deeper than ${DEPTH_MAX} levels`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return writeString(value);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`;
  }
  if (typeof value !== 'object' || !isPlain(value)) throw refusal(`a ${typeof value} is not JSON`);
  const members = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, item]) => `${writeString(name)}:${write(item, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw refusal('a number is not finite');
  if (Object.is(value, -0)) throw refusal('a number is −0');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refusal('an integer is beyond ±(2^53 − 1)');
  }
  return JSON.stringify(value);
}

function writeString(value: string): string {
  if (!value.isWellFormed()) throw refusal('a text has a lone surrogate');
  return JSON.stringify(value);
}

function refusal(problem: string): InputError {
  return new InputError('JSON_REFUSED', `JSON refused: ${problem}`);
}
