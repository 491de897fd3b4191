import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, runMigrations } from 'graphile-worker';
import { Client, escapeLiteral } from 'pg';
import { InputError, IntegrityError } from '@counterfoil/core';
import { openPool } from '../connection/pool.ts';
import { storeError } from '../connection/store-error.ts';
import { ROLES, type Role } from './roles.ts';

export interface MigrateOptions {
  /** Every role's password; set at each run, so a changed one takes hold. */
  readonly rolePasswords: Readonly<Record<Role, string>>;
}

const DIRECTORY = fileURLToPath(new URL('../../migrations/', import.meta.url));
const ROLES_FILE = '000-roles.sql';
const LOCK = 0x6366_6d67;
const SERVER_VERSION_MIN = 150_000;
const QUEUE_SCHEMAS = ['jobs_agent', 'jobs_executor'];

/**
 * Brings a database of PostgreSQL 15 or newer to the current schema and sets the roles' passwords. `adminUrl` must be
 * allowed to create roles and must own the database, which should hold nothing else. Repeatable, and safe to run twice at once.
 * Throws `IntegrityError` when a migration that was applied has changed since.
 */
export async function migrate(
  adminUrl: string,
  options: MigrateOptions,
): Promise<{ readonly applied: readonly string[] }> {
  const client = new Client({
    connectionString: adminUrl,
    application_name: 'counterfoil migrate',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await requireVersion(client);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await insistently(() => runFile(client, ROLES_FILE));
    await migrateQueues(adminUrl);
    const applied = await applyFiles(client);
    await insistently(() => setPasswords(client, options.rolePasswords));
    return { applied };
  } catch (error) {
    throw storeError(error);
  } finally {
    await client.end().catch(() => {});
  }
}

async function requireVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version_num') as version",
  );
  const version = Number(rows[0]?.version);
  if (version >= SERVER_VERSION_MIN) return;
  throw new InputError(
    'STORE_VERSION',
    `the database is PostgreSQL ${Math.floor(version / 10_000)}`,
    {
      remedy: 'use PostgreSQL 15 or newer',
    },
  );
}

/** Roles are shared by all databases of a server, and two migrations of two databases may touch them at once. */
async function insistently(work: () => Promise<void>): Promise<void> {
  const attemptsMax = 10;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const concurrent = /concurrently updated/.test(String(error));
      if (!concurrent || attempt === attemptsMax) throw error;
      await sleep(20 * attempt);
    }
  }
}

async function runFile(client: Client, name: string): Promise<void> {
  const sql = await readFile(join(DIRECTORY, name), 'utf8');
  await inTransaction(client, () => client.query(sql));
}

async function inTransaction(client: Client, work: () => Promise<unknown>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** The job engine brings its own migrations; run as the owner, so that no worker owns what others call into. */
async function migrateQueues(adminUrl: string): Promise<void> {
  const pool = openPool({ connectionString: adminUrl, max: 1, options: '-c role=cf_owner' });
  try {
    for (const schema of QUEUE_SCHEMAS) {
      await runMigrations({ pgPool: pool, schema, logger: new Logger(() => () => {}) });
    }
  } finally {
    await pool.end();
  }
}

async function applyFiles(client: Client): Promise<string[]> {
  await inTransaction(client, async () => {
    await client.query('set local role cf_owner');
    await client.query('create schema if not exists counterfoil');
    await client.query(
      `create table if not exists counterfoil.migration (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    );
  });
  const files = (await readdir(DIRECTORY)).filter(
    (name) => name.endsWith('.sql') && name !== ROLES_FILE,
  );
  const applied: string[] = [];
  for (const name of files.toSorted()) {
    if (await applyFile(client, name)) applied.push(name);
  }
  return applied;
}

async function applyFile(client: Client, name: string): Promise<boolean> {
  const sql = await readFile(join(DIRECTORY, name), 'utf8');
  const sha256 = createHash('sha256').update(sql).digest('hex');
  const { rows } = await client.query<{ sha256: string }>(
    'select sha256 from counterfoil.migration where name = $1',
    [name],
  );
  const [known] = rows;
  if (known?.sha256 === sha256) return false;
  if (known) {
    throw new IntegrityError('MIGRATION_CHANGED', `${name} was applied and has changed since`, {
      remedy: 'put the file back and add a new migration instead',
    });
  }
  await inTransaction(client, async () => {
    await client.query('set local role cf_owner');
    await client.query(sql);
    await client.query('insert into counterfoil.migration (name, sha256) values ($1, $2)', [
      name,
      sha256,
    ]);
  });
  return true;
}

async function setPasswords(
  client: Client,
  passwords: Readonly<Record<Role, string>>,
): Promise<void> {
  await inTransaction(client, async () => {
    for (const role of ROLES) {
      await client.query(`alter role ${role} login password ${escapeLiteral(passwords[role])}`);
    }
  });
}
