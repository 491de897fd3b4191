import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError } from '@counterfoil/core';

const DATA_FILE = /\.(csv|csv\.gz|parquet)$/i;
const FILES_MAX = 10_000;

/**
 * Files behind paths, folders (searched at every depth for .csv, .csv.gz and .parquet) and patterns, each once, in a
 * stable order. Fails with `InputError` for a path that gives no file.
 */
export async function expandPaths(paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const files = await filesOf(path);
    if (files.length === 0) {
      throw new InputError('FILE_MISSING', `no billing file at ${path}`, {
        remedy:
          'give .csv, .csv.gz or .parquet files, a folder of them, or a pattern such as exports/*.csv',
      });
    }
    for (const file of files) found.add(resolve(file));
  }
  if (found.size === 0 || found.size > FILES_MAX) {
    throw new InputError(
      'FILES_COUNT',
      `${found.size} files were given, 1 to ${FILES_MAX} are read at once`,
    );
  }
  return [...found].toSorted();
}

async function filesOf(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => null);
  if (stats?.isFile()) return [path];
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
