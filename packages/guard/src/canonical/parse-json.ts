import { InputError, type Json } from '@counterfoil/core';
import { canonicalJson } from './canonical-json.ts';

/** Bounds of a parse. */
export interface ParseOptions {
  /** Most bytes of UTF-8; 64 KiB unless given. */
  readonly bytesMax?: number;
  /**
   * `nfc` (the default, for everything that is signed) refuses text that is not in Unicode normal form C; `well_formed`
   * takes foreign text such as tags and log lines as it is.
   */
  readonly strings?: 'nfc' | 'well_formed';
}

const BYTES_MAX = 64 * 1024;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Parses JSON and refuses what two readers could read differently: duplicate member names, text outside NFC, lone
 * surrogates, −0, numbers that are not finite or lose their value, integers beyond ±(2^53 − 1), text after the value, and
 * more than `bytesMax` bytes. Throws `InputError`.
 */
export function parseStrictJson(text: string, options: ParseOptions = {}): Json {
  const value = parse(text, options);
  refuseAmbiguity(text);
  canonicalJson(value);
  return value;
}

/** As {@link parseStrictJson}, and the text must be the canonical form of its value, byte for byte. */
export function parseCanonicalJson(text: string, options: ParseOptions = {}): Json {
  const value = parse(text, options);
  if (canonicalJson(value) !== text) throw refusal('the text is not in canonical form (RFC 8785)');
  return value;
}

function parse(text: string, options: ParseOptions): Json {
  const bytesMax = options.bytesMax ?? BYTES_MAX;
  if (Buffer.byteLength(text) > bytesMax) throw refusal(`more than ${bytesMax} bytes`);
  if (!text.isWellFormed()) throw refusal('the text has a lone surrogate');
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw refusal('the text is not one JSON value', cause);
  }
  if (options.strings !== 'well_formed') refuseDenormalised(value);
  return value;
}

/** Walks the tokens of a text that is known to be JSON; member names and numbers are judged as written. */
function refuseAmbiguity(text: string): void {
  const containers: (Set<string> | null)[] = [];
  let nameExpected = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const names = containers.at(-1);
    if (token === '{' || token === '[') containers.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') containers.pop();
    else if (token.startsWith('"') && nameExpected && names) {
      const name = JSON.parse(token) as string;
      if (names.has(name)) throw refusal(`the member ${token.slice(0, 60)} stands twice`);
      names.add(name);
    } else if (/^[-\d]/.test(token)) refuseLossyNumber(token);
    nameExpected = token === '{' || (token === ',' && containers.at(-1) != null);
  }
}

function refuseLossyNumber(token: string): void {
  const value = Number(token);
  if (value === 0 && /[1-9]/.test(token.replace(/[eE].*/, ''))) {
    throw refusal('a number is too small to be carried');
  }
}

function refuseDenormalised(value: Json): void {
  if (typeof value === 'string') {
    if (value.normalize('NFC') !== value) throw refusal('a text is not in Unicode normal form C');
  } else if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) refuseDenormalised(item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value as Record<string, Json>)) {
      refuseDenormalised(name);
      refuseDenormalised(item);
    }
  }
}

function refusal(problem: string, cause?: unknown): InputError {
  return new InputError('JSON_REFUSED', `JSON refused: ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    remedy: 'send the value as strict JSON; signed values in canonical form (RFC 8785) and NFC',
  });
}
