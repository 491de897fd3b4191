import { InputError, type Json, type JsonObject, type LogEntry } from '@counterfoil/core';
import {
  leafHash,
  openPayload,
  PACK_FORMAT,
  parseEntry,
  readLines,
  type PackSource,
} from '@counterfoil/guard';

/** One entry of a pack, opened. */
export interface RecordEntry {
  readonly index: number;
  readonly entry: LogEntry;
  /** What lies beside the entry; null where there is none, it was erased, or no claim asks for it. */
  readonly payload: JsonObject | null;
  readonly isErased: boolean;
}

/** A pack as far as claims need it. */
export interface LogRecord {
  readonly checkpointText: string;
  readonly entries: readonly RecordEntry[];
  /** Leaf hashes by index (RFC 6962). */
  readonly leafHashes: readonly Buffer[];
}

/** Kinds whose payloads claims look into; all others can be large, and are counted by their facts alone. */
const OPENED: ReadonlySet<string> = new Set([
  'approval_requested',
  'approval_resolved',
  'approver_enrolled',
  'kill_lifted',
  'policy_decided',
  'review_submitted',
]);

/**
 * Reads a pack that `verifyPack` accepted. It is read a second time rather than trusted to be what was verified: whoever calls this
 * compares the root.
 */
export async function readRecord(pack: PackSource): Promise<LogRecord> {
  let checkpointText: string | null = null;
  const entries: RecordEntry[] = [];
  const leafHashes: Buffer[] = [];
  for await (const line of readLines(pack)) {
    const value = JSON.parse(line) as JsonObject;
    if (checkpointText === null) checkpointText = checkpointOf(value);
    else {
      const entryText = String(value.entry);
      leafHashes.push(leafHash(entryText));
      entries.push(open(entries.length, entryText, value));
    }
  }
  if (checkpointText === null) throw malformed();
  return { checkpointText, entries, leafHashes };
}

function open(index: number, entryText: string, value: JsonObject): RecordEntry {
  const entry = parseEntry(entryText);
  const isErased = entry.payloadSha256 !== null && value.payload === null;
  if (isErased || !OPENED.has(entry.kind)) return { index, entry, payload: null, isErased };
  const opened = openPayload(entry, {
    salt: textOrNull(value.salt),
    payloadText: textOrNull(value.payload),
  });
  const payload = opened.status === 'present' ? (opened.value as JsonObject) : null;
  return { index, entry, payload, isErased };
}

function checkpointOf({ format, checkpoint }: JsonObject): string {
  if (format === PACK_FORMAT && typeof checkpoint === 'string') return checkpoint;
  throw malformed();
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function malformed(): InputError {
  return new InputError('PACK_MALFORMED', 'not an evidence pack', {
    remedy: 'export the pack again',
  });
}
