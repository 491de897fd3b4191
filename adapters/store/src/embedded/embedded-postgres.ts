import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { InputError, UpstreamError } from '@counterfoil/core';
import { databaseUrl } from '../connection/database-url.ts';
import { locateBinaries } from './binaries.ts';
import {
  initialise,
  lastLines,
  networkSettings,
  ON_WINDOWS,
  prepareSocketDirectory,
  readOrMakePassword,
  writeSettings,
  type Cluster,
} from './cluster.ts';
import { placeData } from './placement.ts';
import { findPostmaster } from './postmaster.ts';
import { runCommand } from './run-command.ts';
import { fitsSocket } from './socket-directory.ts';
import { serverIdentity } from './system-user.ts';

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

const START_ATTEMPTS_MAX = 20;
const START_PAUSE_MS = 500;
const RECOVERY_TIMEOUT_MS = 60_000;
const SOCKET_PATIENCE_MS = 1_000;

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
  const { socketDirectory } = options;
  const cluster: Cluster = { socketDirectory, log, identity, binaries, placement, password };
  if (!existsSync(join(placement.data, 'PG_VERSION'))) await initialise(cluster);
  const found = await connectToRunning(cluster);
  if (found) return running(cluster, found, true);
  await start(cluster);
  const started = await connectToRunning(cluster);
  if (!started) throw await startFailure(cluster, 'the server started but does not answer');
  return running(cluster, started, false);
}

async function start(cluster: Cluster): Promise<void> {
  const { binaries, identity, placement, socketDirectory } = cluster;
  await prepareSocketDirectory(cluster);
  await writeSettings(cluster, await networkSettings(socketDirectory));
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
    if (waitedMs >= SOCKET_PATIENCE_MS && !hasSocket(found)) {
      // Somebody cleaned the folder of temporary files: nobody can reach this server again.
      await shutDown(cluster);
      return null;
    }
    await sleep(pauseMs);
  }
  throw await startFailure(cluster, 'a server holds the data folder but does not answer');
}

function hasSocket({ socketDirectory, port }: Running): boolean {
  return ON_WINDOWS || existsSync(join(socketDirectory, `.s.PGSQL.${port}`));
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
  return {
    dataDirectory: cluster.placement.data,
    socketDirectory: found.socketDirectory,
    port: found.port,
    pid: found.pid,
    superuserUrl: superuserUrl(cluster, found),
    reused,
    stop: () => shutDown(cluster),
  };
}

async function shutDown({ binaries, identity, placement }: Cluster): Promise<void> {
  if (!(await findPostmaster(placement.data))) return;
  const args = ['stop', '-w', '-t', '30', '-m', 'fast', '-D', placement.data];
  const { code, output } = await runCommand(binaries.pgCtl, args, identity);
  if (code === 0 || !(await findPostmaster(placement.data))) return;
  throw new UpstreamError('STORE_STOP_FAILED', `PostgreSQL did not stop: ${lastLines(output)}`);
}
