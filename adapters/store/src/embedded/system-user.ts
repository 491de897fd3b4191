import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UpstreamError } from '@counterfoil/core';
import { runCommand, type Identity } from './run-command.ts';

const USER = 'postgres';

/**
 * Who PostgreSQL runs as. It refuses to run as root, so there it runs under the system user `postgres`, created when
 * missing; anybody else runs it as themselves (`null`).
 */
export async function serverIdentity(log: (message: string) => void): Promise<Identity | null> {
  if (process.getuid?.() !== 0) return null;
  const known = await lookUp();
  if (known) return known;
  log(`creating the system user "${USER}": PostgreSQL refuses to run as root`);
  await runCommand(
    'useradd',
    ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', USER],
    null,
  );
  const created = await lookUp();
  if (created) return created;
  throw new UpstreamError(
    'STORE_USER_MISSING',
    `there is no system user "${USER}" and it could not be made`,
    {
      remedy: `create it (useradd --system ${USER}), run as another user than root, or configure an external PostgreSQL`,
    },
  );
}

async function lookUp(): Promise<Identity | null> {
  const uid = await idOf('-u');
  const gid = await idOf('-g');
  return uid === null || gid === null ? null : { uid, gid };
}

async function idOf(flag: '-u' | '-g'): Promise<number | null> {
  const { code, output } = await runCommand('id', [flag, USER], null);
  const id = Number(output.trim());
  return code === 0 && Number.isInteger(id) && id > 0 ? id : null;
}

/** Whether this user may walk down to `path`; what does not exist yet counts by its nearest existing parent. */
export function isReachable(path: string, identity: Identity | null): boolean {
  if (identity === null) return true;
  for (let current = resolve(path); ; current = dirname(current)) {
    if (existsSync(current) && !mayEnter(current, identity)) return false;
    if (current === dirname(current)) return true;
  }
}

function mayEnter(path: string, identity: Identity): boolean {
  const { uid, gid, mode } = statSync(path);
  if (uid === identity.uid) return (mode & 0o100) !== 0;
  if (gid === identity.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
