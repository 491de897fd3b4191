import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputError, PlatformError, UpstreamError } from '@counterfoil/core';
import { exportLeaves, type Store } from '@counterfoil/store';
import { buildPack } from '@counterfoil/tlog';

/** Writes the whole log with its payloads and the newest witnessed checkpoint; gives the number of entries. */
export async function writePack(store: Store, file: string): Promise<number> {
  const checkpoint = await store.log.checkpoint();
  if (checkpoint === null) {
    throw new InputError('LOG_EMPTY', 'the log has no checkpoint yet', {
      remedy: 'run `counterfoil up` first: the log process signs it',
    });
  }
  const leaves = exportLeaves(store, checkpoint.size);
  await writeWhole(file, buildPack(checkpoint.checkpointText, leaves));
  return checkpoint.size;
}

/** Writes beside the file and renames: a pack that was cut off must not look like one. */
async function writeWhole(file: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.draft`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof PlatformError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UpstreamError('PACK_UNWRITABLE', `${file} could not be written: ${code}`, {
      cause: error,
      remedy: 'name a file in a folder that exists and that you can write with --out',
    });
  }
}
