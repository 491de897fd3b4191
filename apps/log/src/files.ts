import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file of the log, by its C2SP path. */
export interface LogFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Most files written at once. */
const PARALLEL_MAX = 32;

/**
 * Writes files so that a crash of this process leaves each either whole or as it was: written beside and renamed. With `durable` they
 * are on disk when it returns. Without, a crash of the machine may lose them: for what the database holds too and a
 * restart writes again, which saves the wait for the disk in each round.
 */
export async function writeFiles(
  directory: string,
  files: readonly LogFile[],
  extent: 'durable' | 'lazy' = 'durable',
): Promise<void> {
  for (let start = 0; start < files.length; start += PARALLEL_MAX) {
    const group = files.slice(start, start + PARALLEL_MAX);
    await Promise.all(group.map((file) => writeFile(directory, file, extent)));
    if (extent === 'lazy') continue;
    const directories = new Set(group.map((file) => dirname(join(directory, file.path))));
    await Promise.all([...directories].map(syncDirectory));
  }
}

/** Removes files that nobody needs any more; one that is gone already is no error. */
export async function removeFiles(directory: string, paths: readonly string[]): Promise<void> {
  await Promise.all(
    paths.map((path) => rm(join(directory, path), { recursive: true, force: true })),
  );
}

async function writeFile(
  directory: string,
  file: LogFile,
  extent: 'durable' | 'lazy',
): Promise<void> {
  const path = join(directory, file.path);
  const draft = `${path}.draft`;
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(draft, 'w', 0o644);
  try {
    await handle.writeFile(file.bytes);
    if (extent === 'durable') await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
