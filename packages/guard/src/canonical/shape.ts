import { decimalUnits, InputError, type Digest, type JsonObject } from '@counterfoil/core';
import { canonicalJson } from './canonical-json.ts';
import { decodeBase64url, decodePublicKey } from './encoding.ts';

/** Returns the value with its type, or throws an `InputError` that names the place. */
export type Check<Type> = (value: unknown, path: string) => Type;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
const HASH = /^(sha256:)?[0-9a-f]{64}$/;

type Fields = { readonly [name: string]: Check<unknown> };
type ObjectOf<F extends Fields> = { readonly [Name in keyof F]: ReturnType<F[Name]> };

/** An object of exactly these members: one missing or one more is refused. */
export function object<F extends Fields>(fields: F): Check<ObjectOf<F>> {
  return (value, path) => {
    const members = plainObject(value, path);
    const extra = Object.keys(members).find((name) => !Object.hasOwn(fields, name));
    if (extra !== undefined) throw wrong(`${path}.${extra.slice(0, 60)}`, 'is unknown');
    const entries = Object.entries(fields).map(([name, check]) => {
      if (!Object.hasOwn(members, name)) throw wrong(`${path}.${name}`, 'is missing');
      return [name, check(members[name], `${path}.${name}`)] as const;
    });
    return Object.fromEntries(entries) as ObjectOf<F>;
  };
}

/** An object whose `tag` member chooses its shape. */
export function variant<V extends { readonly [value: string]: Check<unknown> }>(
  tag: string,
  variants: V,
): Check<ReturnType<V[keyof V]>> {
  return (value, path) => {
    const chosen: unknown = plainObject(value, path)[tag];
    const check =
      typeof chosen === 'string' && Object.hasOwn(variants, chosen) ? variants[chosen] : undefined;
    if (!check) throw wrong(`${path}.${tag}`, `must be ${Object.keys(variants).join(' or ')}`);
    return check(value, path) as ReturnType<V[keyof V]>;
  };
}

/** An array whose items all pass. */
export function list<Type>(check: Check<Type>): Check<readonly Type[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'must be a list');
    return value.map((item, index) => check(item, `${path}[${index}]`));
  };
}

/** A map from any name to values that pass. */
export function mapOf<Type>(check: Check<Type>): Check<{ readonly [name: string]: Type }> {
  return (value, path) => {
    const entries = Object.entries(plainObject(value, path));
    return Object.fromEntries(
      entries.map(([name, item]) => [name, check(item, `${path}.${name.slice(0, 60)}`)]),
    );
  };
}

/** `null` or a value that passes. */
export function nullable<Type>(check: Check<Type>): Check<Type | null> {
  return (value, path) => (value === null ? null : check(value, path));
}

/** One of the given literals. */
export function oneOf<const Literal extends string | number>(
  ...literals: readonly Literal[]
): Check<Literal> {
  return (value, path) => {
    const found = literals.find((literal) => literal === value);
    if (found === undefined) throw wrong(path, `must be ${literals.join(' or ')}`);
    return found;
  };
}

function matching(accepts: (text: string) => boolean, expectation: string): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || !accepts(value)) throw wrong(path, `must be ${expectation}`);
    return value;
  };
}

/** Any text. */
export const text = matching(() => true, 'text');

/** Text of at least one character. */
export const name = matching((value) => value !== '', 'text that is not empty');

/** A date and time in UTC, `2026-01-31T12:00:00.000Z`. */
export const time = matching(
  (value) => TIME.test(value) && !Number.isNaN(Date.parse(value)),
  'a UTC time such as 2026-01-31T12:00:00.000Z',
);

/** A SHA-256: 64 lower-case hex digits, with or without `sha256:` before them. */
export const hash = matching((value) => HASH.test(value), 'a SHA-256 of 64 hex digits');

/** `sha256:` and 64 lower-case hex digits. */
export const digest = matching(
  (value) => HASH.test(value) && value.length === 71,
  'sha256: and 64 hex digits',
) as Check<Digest>;

/** Canonical base64url without padding. */
export const base64url = matching((value) => decodes(decodeBase64url, value), 'base64url');

/** Canonical base64 of the DER SubjectPublicKeyInfo of a public key. */
export const spki = matching((value) => decodes(decodePublicKey, value), 'a public key (SPKI)');

/** Plain decimal text, as money travels. */
export const decimal = matching((value) => decodes(decimalUnits, value), 'a plain decimal');

/** An integer from `min` to 2^53 − 1. */
export function integer(min: number): Check<number> {
  return (value, path) => {
    const fits = Number.isSafeInteger(value) && (value as number) >= min;
    if (!fits) throw wrong(path, `must be an integer of at least ${min}`);
    return value as number;
  };
}

/** Any object that JSON can carry. */
export const jsonObject: Check<JsonObject> = (value, path) => {
  const members = plainObject(value, path) as JsonObject;
  canonicalJson(members);
  return members;
};

/** A boolean, number, text or null. */
export const scalar: Check<string | number | boolean | null> = (value, path) => {
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (!isPlain) throw wrong(path, 'must be a plain value');
  return value as string | number | boolean | null;
};

function plainObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) throw wrong(path, 'must be an object');
  return value as Readonly<Record<string, unknown>>;
}

function decodes(decode: (value: string) => unknown, value: string): boolean {
  try {
    decode(value);
    return true;
  } catch {
    return false;
  }
}

function wrong(path: string, problem: string): InputError {
  return new InputError('SHAPE_INVALID', `${path} ${problem}`, {
    remedy: 'send exactly the documented fields',
  });
}
