import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError, type Json } from '@counterfoil/core';
import { chooseDeliveries, type ChosenDeliveries } from '../deliveries/choose-deliveries.ts';
import { isDeliveryManifest } from '../deliveries/delivery-manifest.ts';
import { deliveryPathOf } from '../deliveries/delivery-path.ts';

const DATA_FILE = /\.(csv|csv\.gz|parquet)$/i;
const FILES_MAX = 10_000;

/**
 * Files behind paths, folders (searched at every depth for .csv, .csv.gz and .parquet) and patterns, each once, in a
 * stable order. Of the exports in folders and patterns each billing period's newest delivery counts; a file that is named is
 * taken as it is. Fails with `InputError` for a path that gives no file, and for a delivery that is not there whole.
 */
export async function expandPaths(paths: readonly string[]): Promise<ChosenDeliveries> {
  const named = new Set<string>();
  const found = new Set<string>();
  for (const path of paths) {
    const isFile = await stat(path).then(
      (stats) => stats.isFile(),
      () => false,
    );
    const files = isFile ? [path] : await filesOf(path);
    if (files.length === 0) {
      throw new InputError('FILE_MISSING', `no billing file at ${path}`, {
        remedy:
          'give .csv, .csv.gz or .parquet files, a folder of them, or a pattern such as exports/*.csv',
      });
    }
    for (const file of files) (isFile ? named : found).add(resolve(file));
  }
  const chosen = chooseDeliveries([...found], await manifestsBeside([...found]));
  const files = [...new Set([...named, ...chosen.files])].toSorted();
  if (files.length === 0 || files.length > FILES_MAX) {
    throw new InputError(
      'FILES_COUNT',
      `${files.length} files were given, 1 to ${FILES_MAX} are read at once`,
    );
  }
  return { files, superseded: chosen.superseded.filter((file) => !named.has(file)) };
}

async function filesOf(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory()) {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && DATA_FILE.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
  }
  const matches: string[] = [];
  for await (const match of glob(path)) {
    const isFile = await stat(match).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) matches.push(match);
  }
  return matches;
}

/** Manifests where exports put them: beside the data, in the period's folder, and below `metadata` instead of `data`. */
async function manifestsBeside(files: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const folders = new Set(files.flatMap(manifestFolders));
  const manifests = new Map<string, Json>();
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(isDeliveryManifest)) {
      const path = join(folder, name);
      manifests.set(path, await readManifest(path));
    }
  }
  return manifests;
}

function manifestFolders(file: string): readonly string[] {
  const place = deliveryPathOf(file);
  if (place === null) return [];
  const { exportPath, period, deliveryId } = place;
  const metadata = exportPath.replace(/\/data$/, '/metadata');
  return [exportPath, metadata].flatMap((path) => [
    join(path, period),
    join(path, period, deliveryId),
  ]);
}

async function readManifest(path: string): Promise<Json> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Json;
  } catch (cause) {
    throw new InputError('MANIFEST_UNREADABLE', `${path} cannot be read as JSON`, {
      cause,
      remedy: 'copy the export again; without its manifest, give its data files one by one',
    });
  }
}
