import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@counterfoil/core';
import type { ChargesFile } from './charges-relation.ts';
import {
  CHARGES_FILE,
  FACETS_FILE,
  MENDED_FILE,
  PART_FILE,
  REJECTS_FILE,
  type Part,
} from './part.ts';
import {
  abandonFolder,
  beginFolder,
  partialOf,
  publishFolder,
  readJsonFile,
  removePartials,
} from './whole-folder.ts';

const PART_ID = /^p-[0-9a-f]{32}$/;

/** A part that no version lists is kept so long, so that an ingest that was cut off goes on where it stopped. */
const UNLISTED_KEPT_MS = 7 * 86_400_000;

/** Parts on disk: each a folder that appears whole by one rename, and never changes again. */
export interface PartStore {
  /** The part if it is there, whole. */
  read(partId: string): Promise<Part | null>;
  /** Sizes in bytes of the files of which there are parts: a file of another size is certainly new. */
  fileSizes(): Promise<ReadonlySet<number>>;
  /** An empty folder for an unpublished part. */
  begin(partId: string): Promise<string>;
  /** Writes the part's report, makes everything durable, and publishes by rename. */
  publish(part: Part): Promise<void>;
  abandon(partId: string): Promise<void>;
  directoryOf(partId: string): string;
  /** Paths of a part's rows. */
  chargesOf(partId: string, mended: boolean): Pick<ChargesFile, 'path' | 'mendedPath'>;
  /** Path of the sums of a part's rows: see `writeFacets`. */
  facetsOf(partId: string): string;
  /** Removes what is not whole, and whole parts that no version has listed for a week; gives the names removed. */
  clean(listed: ReadonlySet<string>, nowMs: number): Promise<readonly string[]>;
}

/** Opens the store of parts in a folder, creating it where missing. */
export async function openPartStore(root: string): Promise<PartStore> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const directoryOf = (partId: string) => {
    if (PART_ID.test(partId)) return join(root, partId);
    throw new InputError('PART_UNKNOWN', `"${partId.slice(0, 60)}" is not a lake part id`, {
      remedy: 'take the ids of the parts from a version',
    });
  };
  return {
    directoryOf,
    chargesOf: (partId, mended) => ({
      path: join(directoryOf(partId), CHARGES_FILE),
      mendedPath: mended ? join(directoryOf(partId), MENDED_FILE) : null,
    }),
    facetsOf: (partId) => join(directoryOf(partId), FACETS_FILE),
    read: async (partId) =>
      (await readJsonFile(join(directoryOf(partId), PART_FILE))) as Part | null,
    fileSizes: () => fileSizes(root),
    begin: async (partId) => beginFolder(directoryOf(partId)),
    publish: async (part) => {
      const folder = directoryOf(part.partId);
      await writeFile(join(partialOf(folder), PART_FILE), `${JSON.stringify(part, null, 2)}\n`);
      const mended = part.mended ? [MENDED_FILE] : [];
      const files = [CHARGES_FILE, ...mended, FACETS_FILE, REJECTS_FILE, PART_FILE];
      await publishFolder(folder, files);
    },
    abandon: async (partId) => abandonFolder(directoryOf(partId)),
    clean: async (listed, nowMs) => [
      ...(await removePartials(root)),
      ...(await removeUnlisted(root, listed, nowMs)),
    ],
  };
}

async function fileSizes(root: string): Promise<ReadonlySet<number>> {
  const sizes = new Set<number>();
  for (const name of (await readdir(root)).filter((one) => PART_ID.test(one))) {
    const part = (await readJsonFile(join(root, name, PART_FILE))) as Part | null;
    if (part !== null) sizes.add(part.report.bytes);
  }
  return sizes;
}

async function removeUnlisted(
  root: string,
  listed: ReadonlySet<string>,
  nowMs: number,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await readdir(root)) {
    if (!PART_ID.test(name) || listed.has(name)) continue;
    const { mtimeMs } = await stat(join(root, name));
    if (nowMs - mtimeMs < UNLISTED_KEPT_MS) continue;
    await rm(join(root, name), { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
}
