import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { InputError, UpstreamError } from '@counterfoil/core';
import type { Binaries } from './binaries.ts';
import type { Placement } from './placement.ts';
import { runCommand, type Identity } from './run-command.ts';

/** Windows has no sockets that PostgreSQL's clients find; there it listens on the loopback interface. */
export const ON_WINDOWS = process.platform === 'win32';
const PORT = 5432;

/** What is known of a cluster before its server runs. */
export interface Cluster {
  readonly socketDirectory: string;
  readonly log: (message: string) => void;
  readonly identity: Identity | null;
  readonly binaries: Binaries;
  readonly placement: Placement;
  readonly password: string;
}

/** The superuser's password, made at the first start and kept for its owner alone. */
export async function readOrMakePassword({ passwordFile, data }: Placement): Promise<string> {
  if (existsSync(passwordFile)) return (await readFile(passwordFile, 'utf8')).trim();
  if (existsSync(join(data, 'PG_VERSION'))) {
    throw new InputError(
      'STORE_PASSWORD_MISSING',
      `${passwordFile} is gone but the data is there`,
      {
        remedy: 'restore the file from a backup; without it nobody can open the database',
      },
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

/** Made beside its final place and renamed, so that a half-made cluster is never taken for a whole one. */
export async function initialise({
  log,
  identity,
  binaries,
  placement,
  password,
}: Cluster): Promise<void> {
  log('making the database cluster');
  const draft = join(placement.base, 'data.draft');
  const passwordCopy = join(placement.base, 'initdb.password');
  await rm(draft, { recursive: true, force: true });
  await rm(placement.data, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordCopy, `${password}\n`, { mode: 0o600 });
  if (identity) {
    await chown(draft, identity.uid, identity.gid);
    await chown(passwordCopy, identity.uid, identity.gid);
  }
  const { code, output } = await runCommand(
    binaries.initdb,
    [
      '-D',
      draft,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordCopy}`,
      '-E',
      'UTF8',
      '--locale=C',
    ],
    identity,
  );
  await rm(passwordCopy, { force: true });
  if (code !== 0) {
    throw new UpstreamError('STORE_INIT_FAILED', `initdb failed: ${lastLines(output)}`, {
      remedy: `look at ${placement.base}; remove it to start afresh`,
    });
  }
  await rename(draft, placement.data);
}

/** Durable, small, and reachable by nobody but this machine. */
export async function writeSettings(
  { identity, placement }: Cluster,
  network: string,
): Promise<void> {
  const file = join(placement.data, 'postgresql.auto.conf');
  await writeFile(
    file,
    [
      '# Written at every start; changes made here are lost.',
      network,
      'fsync = on',
      'synchronous_commit = on',
      'full_page_writes = on',
      "password_encryption = 'scram-sha-256'",
      'max_connections = 100',
      'shared_buffers = 64MB',
      'max_wal_size = 256MB',
      'wal_level = minimal',
      'max_wal_senders = 0',
      'jit = off',
      "timezone = 'UTC'",
      "log_timezone = 'UTC'",
      'log_min_messages = warning',
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  if (identity) await chown(file, identity.uid, identity.gid);
}

/** A Unix socket; where there is none, a free port of the loopback interface. */
export async function networkSettings(socketDirectory: string): Promise<string> {
  if (!ON_WINDOWS) {
    const quoted = socketDirectory.replaceAll("'", "''");
    return `listen_addresses = ''\nport = ${PORT}\nunix_socket_directories = '${quoted}'\nunix_socket_permissions = 0700`;
  }
  return `listen_addresses = '127.0.0.1'\nport = ${await freePort()}`;
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : PORT));
  });
  return promise;
}

/** The socket's folder, open to the server and to nobody else; refused when it is another user's. */
export async function prepareSocketDirectory({
  socketDirectory,
  identity,
}: Cluster): Promise<void> {
  if (ON_WINDOWS) return;
  await mkdir(socketDirectory, { recursive: true, mode: 0o700 });
  const { uid } = await stat(socketDirectory);
  if (uid !== process.getuid?.() && uid !== identity?.uid) {
    throw new InputError('SOCKET_DIRECTORY_FOREIGN', `${socketDirectory} belongs to another user`, {
      remedy: 'remove it, or set TMPDIR to a folder of your own',
    });
  }
  await chmod(socketDirectory, 0o700);
  if (identity) await chown(socketDirectory, identity.uid, identity.gid);
}

/** The end of a program's output, on one line. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ');
}
