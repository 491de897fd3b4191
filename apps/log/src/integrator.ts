import type { KeyObject } from 'node:crypto';
import { InputError, IntegrityError, type LogReader } from '@counterfoil/core';
import { formatAddCheckpoint, parseEntry, signCheckpoint } from '@counterfoil/guard';
import type { LogIntegration } from '@counterfoil/store';
import {
  consistencyProof,
  overlay,
  rootHash,
  TILE_WIDTH,
  tilePath,
  tilesToWrite,
} from '@counterfoil/tlog';
import { removeFiles, writeFiles } from './files.ts';
import type { WitnessClient } from './witness-client.ts';

/** What the integrator works with. */
export interface IntegratorOptions {
  readonly directory: string;
  readonly origin: string;
  readonly privateKey: KeyObject;
  readonly reader: LogReader;
  readonly store: LogIntegration;
  readonly witness: WitnessClient;
  /** Told of each leaf that is no entry, before it is put under quarantine. */
  readonly onUnreadable?: (entryText: string) => void;
}

/** Most leaves under one checkpoint's batch. */
export const BATCH_MAX = 2_048;

/**
 * Grows the published log: new leaves → tiles → checkpoint → cosignature → published file → database. Each step can be repeated, so
 * after an error or a crash the next round does the same work again, with whatever arrived meanwhile. What must be on disk before
 * anybody relies on it is: the leaves and their places (in the database), and the witness's state. All else follows from these.
 */
export class Integrator {
  readonly #options: IntegratorOptions;
  #size: number;
  /** The size that the witness stands at, as far as is known. */
  #witnessSize: number;
  /** False where the database may hold leaves beyond the published size. */
  #inStep = false;
  #everPublished: boolean;

  /** `published` is the size of the checkpoint on disk, whose tiles are on disk too; null where there is none. */
  constructor(options: IntegratorOptions, published: number | null) {
    this.#options = options;
    this.#size = published ?? 0;
    this.#witnessSize = this.#size;
    this.#everPublished = published !== null;
  }

  /** Size of the published log. */
  get size(): number {
    return this.#size;
  }

  /** Integrates what waits, under one checkpoint. Returns how many leaves; 0 where there was nothing to do. */
  async round(): Promise<number> {
    const entryTexts = await this.#nextEntries();
    if (entryTexts.length === 0 && this.#everPublished && this.#witnessSize <= this.#size) {
      this.#inStep = true;
      return 0;
    }
    const { directory, reader } = this.#options;
    this.#inStep = false;
    const newSize = this.#size + entryTexts.length;
    const files = await tilesToWrite({ fromSize: this.#size, entryTexts, reader });
    const grown = overlay(files, reader);
    const root = await rootHash(newSize, grown);
    // A crash in between loses nothing: the leaves are in the database, and the witness tells where it stands.
    // Both are awaited even if one fails, so that no write of this round meets one of the next.
    const [cosigned, written] = await Promise.allSettled([
      this.#cosigned({ size: newSize, root, reader: grown }),
      writeFiles(directory, files, 'lazy'),
    ]);
    if (cosigned.status === 'rejected') throw cosigned.reason;
    if (written.status === 'rejected') throw written.reason;
    const note = cosigned.value;
    if (note !== null) await this.#publish({ size: newSize, root, note });
    return entryTexts.length;
  }

  /** Leaves after the published size: those given indexes now, and after a failed round those that already have them. */
  async #nextEntries(): Promise<readonly string[]> {
    const { store, onUnreadable } = this.#options;
    const assigned = await store.assign(BATCH_MAX, (entryText) => {
      const isReadable = isEntry(entryText);
      if (!isReadable) onUnreadable?.(entryText);
      return isReadable;
    });
    const fresh = this.#inStep && (assigned[0]?.index ?? this.#size) === this.#size;
    const reach = Math.max(this.#size + BATCH_MAX, this.#witnessSize);
    const leaves = fresh ? assigned : await store.range(this.#size, reach);
    leaves.forEach(({ index }, place) => {
      if (index !== this.#size + place) throw gap(this.#size + place);
    });
    return leaves.map(({ entryText }) => entryText);
  }

  async #cosigned(head: {
    readonly size: number;
    readonly root: Buffer;
    readonly reader: LogReader;
  }): Promise<string | null> {
    const { origin, privateKey, witness } = this.#options;
    const { size, root, reader } = head;
    const checkpointText = signCheckpoint({ origin, size, rootHash: root }, privateKey);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const oldSize = this.#witnessSize;
      if (oldSize > size) throw lost(size, oldSize);
      const proof = await consistencyProof(oldSize, size, reader);
      const answer = await witness(formatAddCheckpoint({ oldSize, proof, checkpointText }));
      if (answer.type === 'cosigned') {
        this.#witnessSize = size;
        return `${checkpointText}${answer.line}\n`;
      }
      if (answer.size === oldSize) throw forked(size);
      this.#witnessSize = answer.size;
      // More leaves than this batch were cosigned before a crash: take them all in the next round.
      if (answer.size > size) return null;
    }
    throw forked(size);
  }

  async #publish(head: {
    readonly size: number;
    readonly root: Buffer;
    readonly note: string;
  }): Promise<void> {
    const { directory, store } = this.#options;
    const { size, root, note } = head;
    await writeFiles(directory, [{ path: 'checkpoint', bytes: Buffer.from(note) }], 'lazy');
    const before = this.#size;
    this.#size = size;
    this.#everPublished = true;
    await store.publish({ size, rootHash: root.toString('hex'), checkpointText: note });
    this.#inStep = true;
    await removeFiles(directory, superfluousPartials(before, size));
  }
}

function isEntry(entryText: string): boolean {
  try {
    parseEntry(entryText);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Folders of partial files whose full tile exists now (C2SP tlog-tiles allows their removal). */
export function superfluousPartials(fromSize: number, toSize: number): readonly string[] {
  const paths: string[] = [];
  let [from, to] = [Math.floor(fromSize / TILE_WIDTH), Math.floor(toSize / TILE_WIDTH)];
  for (let level = 0; to > from; level += 1) {
    for (let index = from; index < to; index += 1) {
      paths.push(partialFolder(level, index));
      if (level === 0) paths.push(partialFolder('entries', index));
    }
    [from, to] = [Math.floor(from / TILE_WIDTH), Math.floor(to / TILE_WIDTH)];
  }
  return paths;
}

function partialFolder(level: number | 'entries', index: number): string {
  return `${tilePath(level, index)}.p`;
}

function gap(index: number): IntegrityError {
  return new IntegrityError('LEAF_MISSING', `leaf ${index} is not in the database`, {
    remedy: 'restore the database from a backup; the published log shows what is missing',
  });
}

function lost(size: number, witnessed: number): IntegrityError {
  return new IntegrityError(
    'LOG_BEHIND_WITNESS',
    `the witness has seen ${witnessed} leaves, the database holds ${size}`,
    { remedy: 'the database was set back; restore it to the newest state' },
  );
}

function forked(size: number): IntegrityError {
  return new IntegrityError(
    'LOG_FORKED',
    `the witness has cosigned another log of ${size} leaves or will not follow`,
    { remedy: 'effects stop until this is explained: compare database and witness state' },
  );
}
