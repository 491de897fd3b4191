import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, InputError } from '@counterfoil/core';
import type { ChargesFile, FacetsFile } from './charges-relation.ts';
import type { Manifest, VersionPart } from './manifest.ts';
import { openPartStore, type PartStore } from './part-store.ts';
import {
  abandonFolder,
  beginFolder,
  partialOf,
  publishFolder,
  readJsonFile,
  replaceFile,
  removePartials,
} from './whole-folder.ts';

const VERSION_ID = /^v-[0-9a-f]{32}$/;
const MANIFEST_FILE = 'manifest.json';

/**
 * A lake on disk.
 *
 *     parts/p-<id>/     one source file under one mapping: charges.parquet, rejects.ndjson, part.json, …
 *     versions/v-<id>/  manifest.json: the report, and which billing periods of which parts make up the version
 *
 * Both kinds of folder appear whole by one rename and never change again, but for the time of a version that is ingested once more. Parts come first, so a version never lists a part that is
 * not there; parts outlive the ingest that wrote them, so an ingest that was cut off goes on where it stopped, and a later version
 * takes over what did not change.
 */
export interface VersionStore {
  readonly parts: PartStore;
  /** Removes what a killed ingest left behind, and parts that no version has listed for a week; gives the names removed. */
  clean(nowMs: number): Promise<readonly string[]>;
  /** Newest first; versions of an older program are left out, because {@link read} refuses them. */
  list(): Promise<readonly Manifest[]>;
  /** `ConflictError` where the version was written by an older program. */
  read(versionId: string): Promise<Manifest | null>;
  /** What a reader of the version opens, in the order of its parts. */
  chargesOf(manifest: Pick<Manifest, 'parts'>): readonly ChargesFile[];
  /** The sums of these rows, in the same order. */
  facetsOf(manifest: Pick<Manifest, 'parts'>): readonly FacetsFile[];
  /** An empty folder, on the same disk, for what an ingest does not publish. Whoever asks removes it. */
  beginWork(): Promise<string>;
  /** An empty folder for an unpublished version. */
  begin(versionId: string): Promise<string>;
  /** Writes the manifest, makes everything durable, and publishes by rename. */
  publish(manifest: Manifest): Promise<void>;
  /** Makes a published version the newest again; nothing of it changes but when it was ingested. */
  renew(manifest: Manifest, ingestedAt: string): Promise<Manifest>;
  abandon(versionId: string): Promise<void>;
  directoryOf(versionId: string): string;
}

/** Id of the version that these parts make: same contents and same mapping, same id, whatever the names and order. */
export function versionIdOf(
  parts: readonly Pick<VersionPart, 'partId' | 'billingPeriods'>[],
): string {
  const hash = createHash('sha256').update('counterfoil-lake-version 2\n');
  const lines = parts.map(({ partId, billingPeriods }) =>
    billingPeriods === 'all' ? partId : [partId, ...billingPeriods.toSorted()].join(' '),
  );
  for (const line of lines.toSorted()) hash.update(`${line}\n`);
  return `v-${hash.digest('hex').slice(0, 32)}`;
}

/** Opens the store of versions and their parts in a lake's folder, creating it where missing. */
export async function openVersionStore(lakeDirectory: string): Promise<VersionStore> {
  const root = join(lakeDirectory, 'versions');
  await mkdir(root, { recursive: true, mode: 0o700 });
  const work = join(lakeDirectory, 'work');
  const parts = await openPartStore(join(lakeDirectory, 'parts'));
  const directoryOf = (versionId: string) => {
    if (VERSION_ID.test(versionId)) return join(root, versionId);
    throw new InputError(
      'VERSION_UNKNOWN',
      `"${versionId.slice(0, 60)}" is not a lake version id`,
      { remedy: 'see `counterfoil versions list`' },
    );
  };
  return {
    parts,
    directoryOf,
    clean: async (nowMs) => {
      await rm(work, { recursive: true, force: true });
      return clean(root, parts, nowMs);
    },
    beginWork: async () => {
      await mkdir(work, { recursive: true, mode: 0o700 });
      return mkdtemp(join(work, 'ingest-'));
    },
    list: () => listManifests(root),
    read: async (versionId) => {
      const manifest = await readManifest(directoryOf(versionId));
      if (manifest !== null && !isCurrent(manifest)) throw outdated(versionId);
      return manifest;
    },
    chargesOf: (manifest) =>
      manifest.parts.map(({ partId, mended, ...part }) => ({
        ...parts.chargesOf(partId, mended),
        ...part,
      })),
    facetsOf: (manifest) =>
      manifest.parts.map(({ partId, billingPeriods }) => ({
        path: parts.facetsOf(partId),
        billingPeriods,
      })),
    begin: async (versionId) => beginFolder(directoryOf(versionId)),
    publish: async (manifest) => {
      const folder = directoryOf(manifest.versionId);
      await writeFile(join(partialOf(folder), MANIFEST_FILE), textOf(manifest));
      await publishFolder(folder, [MANIFEST_FILE]);
    },
    renew: async (manifest, ingestedAt) => {
      const [newest] = await listManifests(root);
      if (newest?.versionId === manifest.versionId) return manifest;
      const renewed = { ...manifest, ingestedAt };
      await replaceFile(join(directoryOf(manifest.versionId), MANIFEST_FILE), textOf(renewed));
      return renewed;
    },
    abandon: async (versionId) => abandonFolder(directoryOf(versionId)),
  };
}

function textOf(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

async function clean(root: string, parts: PartStore, nowMs: number): Promise<readonly string[]> {
  const removed = await removePartials(root);
  const manifests = await listManifests(root);
  const listed = new Set(manifests.flatMap((one) => one.parts.map(({ partId }) => partId)));
  return [...removed, ...(await parts.clean(listed, nowMs))];
}

async function listManifests(root: string): Promise<readonly Manifest[]> {
  const names = (await readdir(root)).filter((name) => VERSION_ID.test(name));
  const manifests = await Promise.all(names.map((name) => readManifest(join(root, name))));
  return manifests
    .filter((manifest) => manifest !== null)
    .filter(isCurrent)
    .toSorted(
      (a, b) => b.ingestedAt.localeCompare(a.ingestedAt) || a.versionId.localeCompare(b.versionId),
    );
}

async function readManifest(directory: string): Promise<Manifest | null> {
  return (await readJsonFile(join(directory, MANIFEST_FILE))) as Manifest | null;
}

function isCurrent(manifest: { readonly v: number }): boolean {
  return manifest.v === 2;
}

function outdated(versionId: string): ConflictError {
  return new ConflictError(
    'VERSION_OUTDATED',
    `${versionId} was written by an older program, whose layout this one does not read`,
    { remedy: 'ingest its files again, and remove its folder from the lake' },
  );
}
