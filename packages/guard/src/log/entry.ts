import { InputError, IntegrityError, LimitError, LOG_ENTRY_KINDS } from '@counterfoil/core';
import type { Json, LogEntry, LogEntryDraft } from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { decodeBase64url, encodeBase64url, sha256Hex } from '../canonical/encoding.ts';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';

/** Most bytes of an entry: a bundle of entries writes its length in two (C2SP tlog-tiles). */
export const ENTRY_BYTES_MAX = 65_535;
/** Most bytes of a payload's text. */
export const PAYLOAD_BYTES_MAX = 1024 * 1024;
const SALT_BYTES_MIN = 16;

/** What lies beside a leaf: payload and base64url salt; both null where there is no payload or it was erased. */
export interface StoredPayload {
  readonly salt: string | null;
  readonly payloadText: string | null;
}

/** An entry ready to be stored; `entryText` is its canonical JSON, and these bytes are the leaf. */
export interface WrittenEntry extends StoredPayload {
  readonly entry: LogEntry;
  readonly entryText: string;
}

const entryShape: shape.Check<LogEntry> = shape.object({
  v: shape.oneOf(1),
  kind: shape.oneOf(...LOG_ENTRY_KINDS),
  at: shape.time,
  actor: shape.name,
  caseId: shape.nullable(shape.name),
  facts: shape.mapOf(shape.scalar),
  payloadSha256: shape.nullable(shape.digest),
});

/** Writes an entry under a salt of at least 16 fresh random bytes; lone surrogates become U+FFFD. `LimitError` where it is too large. */
export function writeEntry(
  draft: LogEntryDraft,
  at: string,
  actor: string,
  salt: Uint8Array,
): WrittenEntry {
  if (salt.length < SALT_BYTES_MIN) {
    throw new InputError('SALT_SHORT', `a salt needs ${SALT_BYTES_MIN} random bytes`);
  }
  const payloadText = draft.payload === undefined ? null : canonicalJson(wellFormed(draft.payload));
  if (Buffer.byteLength(payloadText ?? '') > PAYLOAD_BYTES_MAX) throw tooLarge('payload');
  const encodedSalt = payloadText === null ? null : encodeBase64url(salt);
  const entry: LogEntry = {
    v: 1,
    kind: draft.kind,
    at,
    actor,
    caseId: draft.caseId,
    facts: wellFormed(draft.facts),
    payloadSha256: payloadText === null ? null : commitment(salt, payloadText),
  };
  const entryText = canonicalJson(entryShape(entry, 'entry'));
  if (Buffer.byteLength(entryText) > ENTRY_BYTES_MAX) throw tooLarge('entry');
  return { entry, entryText, payloadText, salt: encodedSalt };
}

/** `writeEntry` with a source of fresh salts, as the store wants it: `entryWriter(() => randomBytes(32))`. */
export function entryWriter(
  newSalt: () => Uint8Array,
): (draft: LogEntryDraft, at: string, actor: string) => WrittenEntry {
  return (draft, at, actor) => writeEntry(draft, at, actor, newSalt());
}

/** Reads a leaf's text; throws `InputError` unless it is the canonical text of exactly the fields of an entry. */
export function parseEntry(entryText: string): LogEntry {
  return entryShape(parseCanonicalJson(entryText, { strings: 'well_formed' }), 'entry');
}

/** A payload as the entry commits to it. */
export type OpenedPayload =
  { readonly status: 'present'; readonly value: Json } | { readonly status: 'none' | 'erased' };

/** Opens the payload of an entry; throws `IntegrityError` where it is not the one that the entry commits to. */
export function openPayload(entry: LogEntry, stored: StoredPayload): OpenedPayload {
  const { salt, payloadText } = stored;
  const status = entry.payloadSha256 === null ? 'none' : 'erased';
  if (salt === null && payloadText === null) return { status };
  const isWhole = salt !== null && payloadText !== null;
  if (!isWhole || commitment(decodeBase64url(salt), payloadText) !== entry.payloadSha256) {
    throw new IntegrityError('PAYLOAD_MISMATCH', 'a payload is not the one that was logged');
  }
  const bounds = { bytesMax: PAYLOAD_BYTES_MAX, strings: 'well_formed' } as const;
  return { status: 'present', value: parseCanonicalJson(payloadText, bounds) };
}

/** What an entry says of its payload: `sha256:` and SHA-256 of salt and payload text. */
export function commitment(salt: Uint8Array, payloadText: string): `sha256:${string}` {
  return `sha256:${sha256Hex(Buffer.concat([salt, Buffer.from(payloadText)]))}`;
}

/** A copy without lone surrogates; names that become the same are one. */
function wellFormed<Value>(value: Value): Value {
  if (typeof value === 'string') return value.toWellFormed() as Value;
  if (Array.isArray(value)) return value.map(wellFormed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value) as [string, unknown][];
  return Object.fromEntries(members.map((member) => member.map(wellFormed))) as Value;
}

function tooLarge(what: 'entry' | 'payload'): LimitError {
  const bytesMax = { entry: ENTRY_BYTES_MAX, payload: PAYLOAD_BYTES_MAX }[what];
  return new LimitError('LOG_ENTRY_BYTES', `a log ${what} has more than ${bytesMax} bytes`, {
    remedy: 'keep large values elsewhere and log their hash',
  });
}
