import { IntegrityError, PlatformError, type LogReader } from '@counterfoil/core';
import {
  leafHash,
  openCheckpoint,
  parseEntry,
  RootBuilder,
  rootOver,
  type Checkpoint,
  type CheckpointKeys,
} from '@counterfoil/guard';
import { readBundle, readTile, TILE_WIDTH, tilePath, tileWidth } from './tiles.ts';

/** What a whole published log turned out to be. */
export interface LogAudit {
  readonly status: 'whole' | 'broken';
  /** Entries that were read. */
  readonly size: number;
  /** Hex; the root recomputed from the entries. */
  readonly rootHash: string;
  readonly problems: readonly LogProblem[];
}

/** Something that is not as it was signed. Codes are stable. */
export interface LogProblem {
  readonly code: string;
  readonly note: string;
}

/**
 * Reads a published log from its first byte to its last: checkpoint and both signatures, every entry, every tile against the
 * entries, the root, and where the auditor holds an earlier checkpoint, that this log extends it. Needs public keys alone.
 */
export async function auditLog(
  reader: LogReader,
  keys: CheckpointKeys,
  options: { readonly knownCheckpoint?: string } = {},
): Promise<LogAudit> {
  const tree = new RootBuilder();
  const problems: LogProblem[] = [];
  try {
    const { knownCheckpoint } = options;
    const known = knownCheckpoint === undefined ? null : openCheckpoint(knownCheckpoint, keys);
    const bytes = await reader.read('checkpoint');
    if (!bytes) throw broken('LOG_EMPTY', 'there is no checkpoint');
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const head = openCheckpoint(text, keys);
    if (known && known.size > head.size) {
      throw broken('LOG_TRUNCATED', `the log had ${known.size} entries and now has ${head.size}`);
    }
    await walk(reader, { head, known, tree });
    if (!tree.root().equals(head.rootHash)) {
      throw broken('ROOT_MISMATCH', 'not the entries that the checkpoint was signed over');
    }
  } catch (error) {
    if (error instanceof TypeError) problems.push({ code: 'NOT_UTF8', note: 'bytes are no text' });
    else if (!(error instanceof PlatformError)) throw error;
    else problems.push({ code: error.code, note: error.message });
  }
  const status = problems.length === 0 ? 'whole' : 'broken';
  return { status, size: tree.size, rootHash: tree.root().toString('hex'), problems };
}

interface Walk {
  readonly head: Checkpoint;
  readonly known: Checkpoint | null;
  readonly tree: RootBuilder;
}

/** Every bundle against its tile, and every tile above against the one below. */
async function walk(reader: LogReader, { head, known, tree }: Walk): Promise<void> {
  const { size } = head;
  checkKnown(known, tree);
  let below: Buffer[] = [];
  for (let index = 0; tileWidth('entries', index, size) > 0; index += 1) {
    const entries = await readBundle(reader, index, size);
    const hashes = entries.map((entryText) => leafHash(entryText));
    await compareTile(reader, { level: 0, index, size }, hashes);
    entries.forEach(parseEntry);
    for (const hash of hashes) {
      tree.push(hash);
      checkKnown(known, tree);
    }
    if (hashes.length === TILE_WIDTH) below.push(rootOver(hashes));
  }
  for (let level = 1; below.length > 0; level += 1) {
    const above: Buffer[] = [];
    for (let index = 0; tileWidth(level, index, size) > 0; index += 1) {
      const hashes = below.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
      await compareTile(reader, { level, index, size }, hashes);
      if (hashes.length === TILE_WIDTH) above.push(rootOver(hashes));
    }
    below = above;
  }
}

async function compareTile(
  reader: LogReader,
  { level, index, size }: { readonly level: number; readonly index: number; readonly size: number },
  due: readonly Buffer[],
): Promise<void> {
  const tile = await readTile(reader, { level, index }, size);
  const isDue = tile.length === due.length && tile.every((hash, at) => due[at]?.equals(hash));
  if (!isDue) throw broken('TILE_MISMATCH', `${tilePath(level, index)} is not over its entries`);
}

function checkKnown(known: Checkpoint | null, tree: RootBuilder): void {
  if (known?.size !== tree.size || tree.root().equals(known.rootHash)) return;
  throw broken('LOG_FORKED', `not the log whose checkpoint of ${known.size} entries is known`);
}

function broken(code: string, problem: string): IntegrityError {
  return new IntegrityError(code, problem, {
    remedy: 'keep this copy as evidence, and ask the witness and others for their checkpoints',
  });
}
