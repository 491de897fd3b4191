import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IntegrityError } from '@counterfoil/core';
import {
  canonicalJson,
  decodeBase64,
  encodeBase64,
  parseCanonicalJson,
  UNSEEN,
  type WitnessedHead,
} from '@counterfoil/guard';

/** Where the witness remembers the last head that it cosigned. */
export interface WitnessState {
  readonly head: WitnessedHead;
  /** Returns when the head is on disk; a crash leaves the old or the new one. */
  remember(head: WitnessedHead): Promise<void>;
}

/**
 * Opens the state file; a missing one means that nothing was ever cosigned. Throws `IntegrityError` where it is unreadable or of
 * another log: a witness that forgets would cosign a fork.
 */
export async function openWitnessState(path: string, origin: string): Promise<WitnessState> {
  let head = await readHead(path, origin);
  return {
    get head() {
      return head;
    },
    async remember(next) {
      const { size, rootHash } = next;
      const state = { v: 1, origin, size, rootHash: encodeBase64(rootHash) };
      await replaceFile(path, `${canonicalJson(state)}\n`);
      head = next;
    },
  };
}

async function readHead(path: string, origin: string): Promise<WitnessedHead> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return UNSEEN;
    throw unreadable(path, error);
  }
  try {
    const state = parseCanonicalJson(text.trimEnd()) as Readonly<Record<string, unknown>>;
    const rootHash = decodeBase64(String(state['rootHash']));
    const size = state['size'];
    const fits = state['v'] === 1 && state['origin'] === origin && rootHash.length === 32;
    if (!fits || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw unreadable(path);
    }
    return { size, rootHash };
  } catch (error) {
    throw unreadable(path, error);
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

function unreadable(path: string, cause?: unknown): IntegrityError {
  return new IntegrityError('WITNESS_STATE', `${path} is not the state of this log's witness`, {
    ...(cause === undefined ? {} : { cause }),
    remedy: 'restore the file; without it the witness can not tell a fork from the log',
  });
}
