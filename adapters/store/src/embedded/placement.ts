import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SHARED_DIRECTORY } from './binaries.ts';
import type { Identity } from './run-command.ts';
import { isReachable } from './system-user.ts';

/** Where the cluster really lives; `base` holds it, its password and its server log. */
export interface Placement {
  readonly base: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly serverLog: string;
}

/**
 * Settles where the data goes: where it was asked for, or, where the server's user cannot get there, under
 * {@link SHARED_DIRECTORY}. That place is written down in the folder asked for, so removing that folder
 * starts afresh and never brings back the data of a removed one, and data that was moved once is found again
 * when the way to the folder is open by now.
 */
export async function placeData(
  dataDirectory: string,
  identity: Identity | null,
  log: (message: string) => void,
): Promise<Placement> {
  const wanted = resolve(dataDirectory);
  await mkdir(wanted, { recursive: true });
  // The folder itself becomes the server's user's own below, so only the way to it counts.
  const stays = isReachable(dirname(wanted), identity) && !existsSync(markerOf(wanted));
  const base = stays ? wanted : await divert(wanted, log);
  await mkdir(base, { recursive: true });
  if (identity) await chown(base, identity.uid, identity.gid);
  return {
    base,
    data: join(base, 'data'),
    passwordFile: join(base, 'superuser.password'),
    serverLog: join(base, 'server.log'),
  };
}

async function divert(wanted: string, log: (message: string) => void): Promise<string> {
  const marker = markerOf(wanted);
  if (existsSync(marker)) return (await readFile(marker, 'utf8')).trim();
  const salt = randomBytes(8).toString('hex');
  const hash = createHash('sha256').update(`${wanted}:${salt}`).digest('hex').slice(0, 16);
  const base = join(SHARED_DIRECTORY, hash);
  await writeFile(marker, `${base}\n`);
  log(`the user "postgres" cannot reach ${wanted}: the data lives in ${base}`);
  return base;
}

function markerOf(wanted: string): string {
  return join(wanted, 'moved-to');
}
