import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IntegrityError } from '@counterfoil/core';

const PARTIAL = '.partial';

/** Where the files of {@link folder} stand until it is published. */
export function partialOf(folder: string): string {
  return `${folder}${PARTIAL}`;
}

/** Starts a folder that nobody sees before it is published; what an earlier try left is removed. Gives its path until then. */
export async function beginFolder(folder: string): Promise<string> {
  await abandonFolder(folder);
  await mkdir(partialOf(folder), { mode: 0o700 });
  return partialOf(folder);
}

/** Removes an unpublished folder. */
export function abandonFolder(folder: string): Promise<void> {
  return rm(partialOf(folder), { recursive: true, force: true });
}

/** Makes these files of an unpublished folder durable and read-only, and publishes it by one rename. */
export async function publishFolder(folder: string, files: readonly string[]): Promise<void> {
  for (const name of files) {
    const path = join(partialOf(folder), name);
    await sync(path);
    await chmod(path, 0o444);
  }
  await sync(partialOf(folder));
  await rename(partialOf(folder), folder);
  await sync(dirname(folder));
}

/** Removes every unpublished folder beneath `root`; gives their names. */
export async function removePartials(root: string): Promise<readonly string[]> {
  const names = (await readdir(root)).filter((name) => name.endsWith(PARTIAL));
  for (const name of names) await rm(join(root, name), { recursive: true, force: true });
  return names;
}

/** A JSON file of a published folder, or null where there is none; `IntegrityError` where it is damaged. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new IntegrityError('MANIFEST_DAMAGED', `${path} is not JSON`, {
      cause,
      remedy: 'move its folder aside and ingest the files again',
    });
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a published file anew, whole or not at all. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}${PARTIAL}`;
  await rm(fresh, { force: true });
  await writeFile(fresh, text, { mode: 0o444 });
  await sync(fresh);
  await rename(fresh, path);
  await sync(dirname(path));
}
