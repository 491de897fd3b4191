import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from '@counterfoil/config';
import {
  databaseUrl,
  migrate,
  ROLES,
  socketDirectoryFor,
  startEmbeddedPostgres,
  withRole,
  type EmbeddedPostgres,
  type Role,
} from '@counterfoil/store';
import type { ReadSecret } from './read-secret.ts';
import type { InstallationSecrets } from './secrets.ts';
import type { StateDirectory } from './state-directory.ts';

/** A database that answers, and how each role reaches it. */
export interface Database {
  readonly urls: Readonly<Record<Role, string>>;
  /** Keeps an embedded server running until it is stopped; does nothing for one of your own. */
  watch(onRestart: (message: string) => void): void;
  /** Stops an embedded server; leaves one of your own alone. */
  stop(): Promise<void>;
}

export interface DatabaseInputs {
  readonly state: StateDirectory;
  readonly configuration: Configuration;
  readonly secrets: InstallationSecrets;
  readonly readSecret: ReadSecret;
  readonly say: (message: string) => void;
}

const LOOK_EVERY_MS = 250;
const RESTART_PAUSE_MS_MAX = 10_000;
const EMBEDDED_DATABASE = 'postgres';
const EMBEDDED_PORT = 5432;

/** Starts the embedded database, or reaches the configured one, and brings its schema and roles up to date. */
export async function openDatabase(inputs: DatabaseInputs): Promise<Database> {
  const { configuration, secrets, readSecret } = inputs;
  const rolePasswords = secrets.rolePasswords as Readonly<Record<Role, string>>;
  if (configuration.database !== 'embedded') {
    const adminUrl = await readSecret(configuration.database.url);
    await migrate(adminUrl, { rolePasswords });
    const urls = urlsOf((role, password) => withRole(adminUrl, { role, password }), rolePasswords);
    return { urls, watch: () => undefined, stop: async () => undefined };
  }
  const server = await startServer(inputs);
  await migrate(server.superuserUrl, { rolePasswords });
  return embedded(server, inputs, rolePasswords);
}

/** How one role reaches the database of an installation that is already running. */
export async function databaseUrlOf(
  role: Role,
  { state, configuration, secrets, readSecret }: Omit<DatabaseInputs, 'say'>,
): Promise<string> {
  const password = secrets.rolePasswords[role] ?? '';
  if (configuration.database !== 'embedded') {
    return withRole(await readSecret(configuration.database.url), { role, password });
  }
  const host = socketDirectoryFor(state.root);
  return databaseUrl({ host, port: EMBEDDED_PORT, role, password, database: EMBEDDED_DATABASE });
}

function startServer({ state, say }: DatabaseInputs): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDirectory: state.database,
    socketDirectory: socketDirectoryFor(state.root),
    log: say,
  });
}

function embedded(
  started: EmbeddedPostgres,
  inputs: DatabaseInputs,
  rolePasswords: Readonly<Record<Role, string>>,
): Database {
  let server = started;
  const stopping = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  const keepRunning = async (onRestart: (message: string) => void): Promise<void> => {
    let pauseMs = LOOK_EVERY_MS;
    while (!stopping.signal.aborted) {
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted || isAlive(server.pid)) continue;
      onRestart('the database ended; starting it again');
      try {
        server = await startServer(inputs);
        pauseMs = LOOK_EVERY_MS;
      } catch (error) {
        onRestart(`the database does not start: ${String(error)}`);
        pauseMs = Math.min(pauseMs * 2, RESTART_PAUSE_MS_MAX);
      }
    }
  };
  return {
    urls: urlsOf(
      (role, password) => withRole(started.superuserUrl, { role, password }),
      rolePasswords,
    ),
    watch: (onRestart) => {
      watching = keepRunning(onRestart);
    },
    stop: async () => {
      stopping.abort();
      await watching;
      await server.stop();
    },
  };
}

function urlsOf(
  urlOf: (role: Role, password: string) => string,
  passwords: Readonly<Record<Role, string>>,
): Readonly<Record<Role, string>> {
  return Object.fromEntries(ROLES.map((role) => [role, urlOf(role, passwords[role])])) as Record<
    Role,
    string
  >;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
