import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { withRole } from '../connection/database-url.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { socketDirectoryFor } from '../embedded/socket-directory.ts';
import { migrate } from '../migrations/migrate.ts';
import { ROLES, type Role } from '../migrations/roles.ts';

/** A migrated database of its own, thrown away by `close`. */
export interface TestDatabase {
  /** The superuser, in this database. */
  readonly adminUrl: string;
  readonly urls: Readonly<Record<Role, string>>;
  readonly server: EmbeddedPostgres;
  /** Starts the server again after a test has killed it. */
  restartServer(): Promise<EmbeddedPostgres>;
  close(): Promise<void>;
}

interface TestServer {
  readonly server: EmbeddedPostgres;
  readonly directory: string;
  readonly rolePasswords: Readonly<Record<Role, string>>;
}

const TEMPLATE = 'counterfoil_template';
const PREFIX = 'counterfoil-test-';

let shared: Promise<TestServer> | undefined;

/**
 * For tests: a fresh database with every role's connection string, on one embedded server for this process. The server is
 * stopped and removed when the process ends; what a killed test run left behind is removed by the next one.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  shared ??= startTestServer();
  const { server, directory, rolePasswords } = await shared;
  const database = `test_${randomBytes(6).toString('hex')}`;
  await administer(server.superuserUrl, `create database ${database} template ${TEMPLATE}`);
  // The rights on a database are not copied with a template.
  await administer(
    server.superuserUrl,
    `revoke all on database ${database} from public; grant connect on database ${database} to ${ROLES.join(', ')}`,
  );
  const adminUrl = inDatabase(server.superuserUrl, database);
  const urls = Object.fromEntries(
    ROLES.map((role) => [role, withRole(adminUrl, { role, password: rolePasswords[role] })]),
  ) as Record<Role, string>;
  return {
    adminUrl,
    urls,
    server,
    restartServer: () => startIn(directory),
    close: () =>
      administer(server.superuserUrl, `drop database if exists ${database} with (force)`),
  };
}

function inDatabase(url: string, database: string): string {
  return url.replace(/\/[^/]*$/, `/${database}`);
}

async function startTestServer(): Promise<TestServer> {
  await removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(directory, 0o755);
  const server = await startIn(directory);
  process.once('exit', () => removeServer(directory));
  const rolePasswords = Object.fromEntries(
    ROLES.map((role) => [role, randomBytes(18).toString('base64url')]),
  ) as Record<Role, string>;
  await administer(server.superuserUrl, `create database ${TEMPLATE}`);
  await migrate(inDatabase(server.superuserUrl, TEMPLATE), { rolePasswords });
  return { server, directory, rolePasswords };
}

function startIn(directory: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    socketDirectory: socketDirectoryFor(directory),
    log: () => {},
  });
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : NaN;
    if (Number.isInteger(owner) && !isAlive(owner)) removeServer(join(tmpdir(), name));
  }
}

/** Synchronous, because it runs while the process ends. */
function removeServer(directory: string): void {
  const postmaster = postmasterOf(directory);
  if (postmaster !== null && isAlive(postmaster)) {
    process.kill(postmaster, 'SIGQUIT');
    for (let waits = 0; waits < 100 && isAlive(postmaster); waits += 1) pauseSync(20);
  }
  rmSync(socketDirectoryFor(directory), { recursive: true, force: true });
  rmSync(placeOf(join(directory, 'postgres')), { recursive: true, force: true, maxRetries: 5 });
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

function postmasterOf(directory: string): number | null {
  try {
    const data = join(placeOf(join(directory, 'postgres')), 'data');
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

function placeOf(wanted: string): string {
  try {
    return readFileSync(join(wanted, 'moved-to'), 'utf8').trim();
  } catch {
    return wanted;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function pauseSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
