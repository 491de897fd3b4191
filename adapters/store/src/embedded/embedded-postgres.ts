import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { InputError, UpstreamError } from '@counterfoil/core';
import { locateBinaries, type Binaries } from './binaries.ts';
import { placeData, type Placement } from './placement.ts';
import { findPostmaster } from './postmaster.ts';
import { runCommand, type Identity } from './run-command.ts';
import { fitsSocket } from './socket-directory.ts';
import { serverIdentity } from './system-user.ts';
import { databaseUrl } from '../connection/database-url.ts';

export interface EmbeddedPostgresOptions {
  /** Where the cluster should live; see {@link EmbeddedPostgres.dataDirectory} for where it does. */
  readonly dataDirectory: string;
  /** A short folder for the Unix socket; `socketDirectoryFor` gives one. */
  readonly socketDirectory: string;
  /** Told in plain sentences what takes time or differs from what was asked. */
  readonly log: (message: string) => void;
}

/** A running PostgreSQL 18. It outlives this process; a later start finds and reuses it. */
export interface EmbeddedPostgres {
  readonly dataDirectory: string;
  readonly socketDirectory: string;
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  readonly superuserUrl: string;
  /** True when a server left by an earlier process was found running. */
  readonly reused: boolean;
  /** Shuts the server down cleanly; a second call does nothing. */
  stop(): Promise<void>;
}

const PORT = 5432;
const START_ATTEMPTS_MAX = 20;
const START_PAUSE_MS = 500;
const RECOVERY_TIMEOUT_MS = 60_000;
const ON_WINDOWS = process.platform === 'win32';

interface Cluster {
  readonly options: EmbeddedPostgresOptions;
  readonly identity: Identity | null;
  readonly binaries: Binaries;
  readonly placement: Placement;
  readonly password: string;
}

/**
 * Starts PostgreSQL on a Unix socket (Windows: on 127.0.0.1), making the cluster at the first call and
 * recovering it after a crash. Throws `UpstreamError` with the end of the server's log when it does not come up.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  if (!ON_WINDOWS && !fitsSocket(options.socketDirectory)) {
    throw new InputError(
      'SOCKET_PATH_TOO_LONG',
      `socketDirectory ${options.socketDirectory} is too long`,
      {
        remedy: 'use socketDirectoryFor(stateDirectory), or set TMPDIR to a shorter folder',
      },
    );
  }
  const { log } = options;
  const identity = await serverIdentity(log);
  const binaries = await locateBinaries(identity, log);
  const placement = await placeData(options.dataDirectory, identity, log);
  const password = await readOrMakePassword(placement);
  const cluster: Cluster = { options, identity, binaries, placement, password };
  if (!existsSync(join(placement.data, 'PG_VERSION'))) await initialise(cluster);
  const found = await connectToRunning(cluster);
  if (found) return running(cluster, found, true);
  await start(cluster);
  const started = await connectToRunning(cluster);
  if (!started) throw await startFailure(cluster, 'the server started but does not answer');
  return running(cluster, started, false);
}

async function readOrMakePassword({ passwordFile, data }: Placement): Promise<string> {
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
async function initialise({
  options,
  identity,
  binaries,
  placement,
  password,
}: Cluster): Promise<void> {
  options.log('making the database cluster');
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

async function writeSettings({ identity, placement }: Cluster, network: string): Promise<void> {
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
async function networkSettings(socketDirectory: string): Promise<string> {
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

async function prepareSocketDirectory({ options, identity }: Cluster): Promise<void> {
  if (ON_WINDOWS) return;
  const { socketDirectory } = options;
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

async function start(cluster: Cluster): Promise<void> {
  const { binaries, identity, placement, options } = cluster;
  await prepareSocketDirectory(cluster);
  await writeSettings(cluster, await networkSettings(options.socketDirectory));
  let output = '';
  // After a kill -9 of the server its last backends may hold the shared memory for a moment longer.
  for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
    const args = ['start', '-w', '-t', '60', '-D', placement.data, '-l', placement.serverLog];
    const result = await runCommand(binaries.pgCtl, args, identity);
    if (result.code === 0) return;
    output = result.output;
    if (await findPostmaster(placement.data)) return;
    await sleep(START_PAUSE_MS);
  }
  throw await startFailure(cluster, lastLines(output));
}

async function startFailure({ placement }: Cluster, reason: string): Promise<UpstreamError> {
  const serverLog = await readFile(placement.serverLog, 'utf8').catch(() => '');
  return new UpstreamError(
    'STORE_START_FAILED',
    `PostgreSQL did not start: ${reason}: ${lastLines(serverLog)}`,
    { remedy: `see ${placement.serverLog}` },
  );
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ');
}

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly socketDirectory: string;
}

/** The server of this data folder once it answers; waits while it recovers; null when none runs. */
async function connectToRunning(cluster: Cluster): Promise<Running | null> {
  const pauseMs = 50;
  for (let waitedMs = 0; waitedMs < RECOVERY_TIMEOUT_MS; waitedMs += pauseMs) {
    const found = await findPostmaster(cluster.placement.data);
    if (!found) return null;
    if (await answers(superuserUrl(cluster, found))) return found;
    await sleep(pauseMs);
  }
  throw await startFailure(cluster, 'a server holds the data folder but does not answer');
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function superuserUrl({ password }: Cluster, { port, socketDirectory }: Running): string {
  const host = ON_WINDOWS ? '127.0.0.1' : socketDirectory;
  return databaseUrl({ host, port, role: 'postgres', password, database: 'postgres' });
}

function running(cluster: Cluster, found: Running, reused: boolean): EmbeddedPostgres {
  const { binaries, identity, placement } = cluster;
  return {
    dataDirectory: placement.data,
    socketDirectory: found.socketDirectory,
    port: found.port,
    pid: found.pid,
    superuserUrl: superuserUrl(cluster, found),
    reused,
    async stop() {
      if (!(await findPostmaster(placement.data))) return;
      const args = ['stop', '-w', '-t', '30', '-m', 'fast', '-D', placement.data];
      const { code, output } = await runCommand(binaries.pgCtl, args, identity);
      if (code !== 0 && (await findPostmaster(placement.data))) {
        throw new UpstreamError(
          'STORE_STOP_FAILED',
          `PostgreSQL did not stop: ${lastLines(output)}`,
        );
      }
    },
  };
}
