import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IntegrityError, PlatformError } from '@counterfoil/core';
import type { WitnessedHead } from '@counterfoil/guard';
import { openWitnessed, witnessState, type WitnessIdentity } from '@counterfoil/tlog';

/** Where the witness remembers the last head that it cosigned. */
export interface WitnessState {
  readonly head: WitnessedHead;
  /** Returns when the head is on disk under the witness's signature; a crash leaves the old or the new one. */
  remember(head: WitnessedHead, checkpointText: string, cosignatureLine: string): Promise<void>;
}

/** Where a witness looks for what it signed before. */
export interface WitnessStatePlaces {
  readonly stateFile: string;
  /** The log's published checkpoint, which carries the witness's signature too: a second place that it remembers by. */
  readonly publishedCheckpoint: string | null;
}

/**
 * Opens the state, a note that the witness signed itself. Throws `IntegrityError` where it is missing, unreadable, signed by
 * another, or older than the published checkpoint: a witness that forgets would cosign a fork, so it does not start.
 */
export async function openWitnessState(
  places: WitnessStatePlaces,
  identity: WitnessIdentity,
): Promise<WitnessState> {
  const { stateFile, publishedCheckpoint } = places;
  const text = await readIfThere(stateFile);
  if (text === null) throw refused('WITNESS_STATE_MISSING', `${stateFile} is gone`);
  let head = opened(text, stateFile, identity);
  const published = publishedCheckpoint && (await readIfThere(publishedCheckpoint));
  const seen = published ? ownHead(published, identity) : null;
  const isOlder = seen !== null && seen.size > head.size;
  const isOther = seen?.size === head.size && !seen.rootHash.equals(head.rootHash);
  if (isOlder || isOther) {
    throw refused(
      'WITNESS_STATE_OLD',
      `${stateFile} ends at ${head.size} leaves, and this witness has signed another head of ${seen.size}`,
    );
  }
  return {
    get head() {
      return head;
    },
    async remember(next, checkpointText, cosignatureLine) {
      await replaceFile(stateFile, witnessState(checkpointText, cosignatureLine));
      head = next;
    },
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw refused('WITNESS_STATE', `${path} cannot be read`, error);
  }
}

function opened(text: string, path: string, identity: WitnessIdentity): WitnessedHead {
  try {
    return openWitnessed(text, identity);
  } catch (error) {
    throw refused('WITNESS_STATE', `${path} is not the state of this log's witness`, error);
  }
}

/** The head of a published checkpoint, if it is whole; a damaged one is the log's to repair and says nothing of the witness. */
function ownHead(text: string, identity: WitnessIdentity): WitnessedHead | null {
  try {
    return openWitnessed(text, identity);
  } catch (error) {
    if (error instanceof PlatformError) return null;
    throw error;
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function refused(code: string, problem: string, cause?: unknown): IntegrityError {
  return new IntegrityError(code, `the witness does not start: ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    remedy:
      'restore the file from a backup, or from the newest checkpoint that you hold: `counterfoil witness restore --checkpoint <file>`',
  });
}
