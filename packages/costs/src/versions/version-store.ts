import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, IntegrityError } from '@counterfoil/core';
import { CHARGES_FILE, MANIFEST_FILE, REJECTS_FILE, type Manifest } from './manifest.ts';
import { MAPPING_REVISION } from '../ingest/canonical.ts';

const VERSION_ID = /^v-[0-9a-f]{32}$/;
const PARTIAL = '.partial';

/** Folder of an unpublished version for everything that is not published. */
export const WORK_DIRECTORY = 'work';

/** Versions on disk: each a folder that appears whole by one rename, and never changes again. */
export interface VersionStore {
  /** Removes what a killed ingest left behind; gives the names removed. */
  clean(): Promise<readonly string[]>;
  /** Newest first. */
  list(): Promise<readonly Manifest[]>;
  read(versionId: string): Promise<Manifest | null>;
  /** An empty folder for an unpublished version. */
  begin(versionId: string): Promise<string>;
  /** Removes the working files of an unpublished version. */
  discardWork(versionId: string): Promise<void>;
  /** Writes the manifest, makes everything durable, and publishes by rename. */
  publish(manifest: Manifest): Promise<void>;
  abandon(versionId: string): Promise<void>;
  directoryOf(versionId: string): string;
}

/** Id of the version that these contents make: same contents and same mapping, same id, whatever the names and order. */
export function versionIdOf(sha256s: readonly string[]): string {
  const hash = createHash('sha256').update(`counterfoil-lake ${MAPPING_REVISION}\n`);
  for (const sha256 of sha256s.toSorted()) hash.update(`${sha256}\n`);
  return `v-${hash.digest('hex').slice(0, 32)}`;
}

/** Opens the store of versions in a lake's folder, creating it where missing. */
export async function openVersionStore(lakeDirectory: string): Promise<VersionStore> {
  const root = join(lakeDirectory, 'versions');
  await mkdir(root, { recursive: true, mode: 0o700 });
  const directoryOf = (versionId: string) => {
    if (!VERSION_ID.test(versionId)) {
      throw new InputError(
        'VERSION_UNKNOWN',
        `"${versionId.slice(0, 60)}" is not a lake version id`,
      );
    }
    return join(root, versionId);
  };
  const partialOf = (versionId: string) => `${directoryOf(versionId)}${PARTIAL}`;
  return {
    directoryOf,
    clean: () => cleanPartials(root),
    list: () => listManifests(root),
    read: (versionId) => readManifest(directoryOf(versionId)),
    begin: async (versionId) => {
      await rm(partialOf(versionId), { recursive: true, force: true });
      await mkdir(partialOf(versionId), { mode: 0o700 });
      return partialOf(versionId);
    },
    discardWork: (versionId) =>
      rm(join(partialOf(versionId), WORK_DIRECTORY), { recursive: true, force: true }),
    publish: (manifest) =>
      publish(root, {
        manifest,
        from: partialOf(manifest.versionId),
        to: directoryOf(manifest.versionId),
      }),
    abandon: (versionId) => rm(partialOf(versionId), { recursive: true, force: true }),
  };
}

async function cleanPartials(root: string): Promise<readonly string[]> {
  const names = (await readdir(root)).filter((name) => name.endsWith(PARTIAL));
  for (const name of names) await rm(join(root, name), { recursive: true, force: true });
  return names;
}

async function listManifests(root: string): Promise<readonly Manifest[]> {
  const names = (await readdir(root)).filter((name) => VERSION_ID.test(name));
  const manifests = await Promise.all(names.map((name) => readManifest(join(root, name))));
  return manifests
    .filter((manifest) => manifest !== null)
    .toSorted(
      (a, b) => b.ingestedAt.localeCompare(a.ingestedAt) || a.versionId.localeCompare(b.versionId),
    );
}

async function readManifest(directory: string): Promise<Manifest | null> {
  const path = join(directory, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new IntegrityError('MANIFEST_DAMAGED', `${path} is not JSON`, {
      cause,
      remedy: 'move the version aside and ingest its files again',
    });
  }
}

interface Publication {
  readonly manifest: Manifest;
  readonly from: string;
  readonly to: string;
}

async function publish(root: string, { manifest, from, to }: Publication): Promise<void> {
  await writeFile(join(from, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of [CHARGES_FILE, REJECTS_FILE, MANIFEST_FILE]) {
    await sync(join(from, name));
    await chmod(join(from, name), 0o444);
  }
  await sync(from);
  await rename(from, to);
  await sync(root);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
