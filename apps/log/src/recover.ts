import { IntegrityError, PlatformError, type LogReader } from '@counterfoil/core';
import { leafHash, openLogCheckpoint, type Checkpoint } from '@counterfoil/guard';
import type { LogIntegration, LogReads } from '@counterfoil/store';
import {
  readBundle,
  readTile,
  rootHash,
  TILE_WIDTH,
  tilesToWrite,
  tileWidth,
} from '@counterfoil/tlog';
import { writeFiles } from './files.ts';

/** What recovery works with. */
export interface RecoverOptions {
  readonly directory: string;
  readonly logVerifierKey: string;
  readonly reader: LogReader;
  readonly store: Pick<LogReads, 'checkpoint'> & Pick<LogIntegration, 'range' | 'publish'>;
}

/** What was found at start. */
export interface Recovered {
  /** Size of the published log, null where nothing was ever published. */
  readonly size: number | null;
  /** Whether files were written again from the database. */
  readonly repaired: boolean;
}

const REBUILD_BATCH = 16 * TILE_WIDTH;

/**
 * Brings files and database to the newest published head after a crash, a lost disk or a restored database. Missing or broken
 * files are written again from the database; `IntegrityError` where the database does not hold the leaves that were signed.
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { directory, reader, store } = options;
  const onDisk = await reader.read('checkpoint');
  const disk = open(onDisk && Buffer.from(onDisk).toString('utf8'), options.logVerifierKey);
  const recorded = open((await store.checkpoint())?.checkpointText, options.logVerifierKey);
  const newest = recorded && (!disk || recorded.size > disk.size) ? recorded : disk;
  if (!newest) return { size: null, repaired: false };
  const { size, checkpointText } = newest;
  const repaired = !(await isWhole(newest, reader));
  if (repaired) await rebuild(newest, options);
  if (newest !== disk) {
    await writeFiles(directory, [{ path: 'checkpoint', bytes: Buffer.from(checkpointText) }]);
  }
  if ((recorded?.size ?? -1) < size) {
    await store.publish({ size, rootHash: newest.rootHash.toString('hex'), checkpointText });
  }
  return { size, repaired };
}

/** A checkpoint that this log signed; null where there is none or it is damaged, since the other copy or the witness knows. */
function open(
  checkpointText: string | null | undefined,
  logVerifierKey: string,
): (Checkpoint & { readonly checkpointText: string }) | null {
  if (!checkpointText) return null;
  try {
    return { ...openLogCheckpoint(checkpointText, logVerifierKey), checkpointText };
  } catch (error) {
    if (error instanceof PlatformError) return null;
    throw error;
  }
}

/** Whether every file of this head is there, its entries are those of its tiles, and the root is the signed one. */
async function isWhole(head: Checkpoint, reader: LogReader): Promise<boolean> {
  try {
    for (let level = 0; tileWidth(level, 0, head.size) > 0; level += 1) {
      for (let index = 0; tileWidth(level, index, head.size) > 0; index += 1) {
        const hashes = await readTile(reader, { level, index }, head.size);
        if (level > 0) continue;
        const entries = await readBundle(reader, index, head.size);
        if (!entries.every((entry, place) => hashes[place]?.equals(leafHash(entry)))) return false;
      }
    }
    return (await rootHash(head.size, reader)).equals(head.rootHash);
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

async function rebuild(head: Checkpoint, options: RecoverOptions): Promise<void> {
  const { directory, reader, store } = options;
  for (let size = 0; size < head.size;) {
    const end = Math.min(size + REBUILD_BATCH, head.size);
    const leaves = await store.range(size, end);
    const start = size;
    if (leaves.length !== end - size || leaves.some(({ index }, at) => index !== start + at)) {
      throw altered(head.size);
    }
    const entryTexts = leaves.map(({ entryText }) => entryText);
    await writeFiles(directory, await tilesToWrite({ fromSize: size, entryTexts, reader }));
    size = end;
  }
  if (!(await rootHash(head.size, reader)).equals(head.rootHash)) throw altered(head.size);
}

function altered(size: number): IntegrityError {
  return new IntegrityError(
    'LOG_ALTERED',
    `the database does not hold the ${size} leaves that the published checkpoint was signed over`,
    { remedy: 'restore the database or the log directory from a backup; effects stay stopped' },
  );
}
