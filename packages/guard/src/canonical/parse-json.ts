import { InputError, type Json } from '@counterfoil/core';
import { canonicalJson } from './canonical-json.ts';

/** Bounds of a parse. */
export interface ParseOptions {
  /** Most bytes of UTF-8; 64 KiB unless given. */
  readonly bytesMax?: number;
  /** `nfc`, the default, is for everything that is signed; `well_formed` takes foreign text such as tags as it is. */
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
  const { value } = parse(text, options);
  refuseAmbiguity(text);
  return value;
}

/** As {@link parseStrictJson}, and the text must be the canonical form of its value, byte for byte. */
export function parseCanonicalJson(text: string, options: ParseOptions = {}): Json {
  const { value, canonical } = parse(text, options);
  if (canonical !== text) throw refusal('the text is not in canonical form (RFC 8785)');
  return value;
}

function parse(text: string, { bytesMax = BYTES_MAX, strings }: ParseOptions) {
  if (Buffer.byteLength(text) > bytesMax) throw refusal(`more than ${bytesMax} bytes`);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw refusal('the text is not one JSON value', cause);
  }
  const canonical = canonicalJson(value);
  if (strings !== 'well_formed' && canonical.normalize('NFC') !== canonical) {
    throw refusal('a text is not in Unicode normal form C');
  }
  return { value, canonical };
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
    } else if (/^[-\d]/.test(token) && Number(token) === 0 && /^[^eE]*[1-9]/.test(token)) {
      throw refusal('a number is too small to be carried');
    }
    nameExpected = token === '{' || (token === ',' && containers.at(-1) != null);
  }
}

function refusal(problem: string, cause?: unknown): InputError {
  return new InputError('JSON_REFUSED', `JSON refused: ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    remedy: 'send the value as strict JSON; signed values in canonical form (RFC 8785) and NFC',
  });
}
