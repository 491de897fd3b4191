import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { withRole } from '../connection/database-url.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { migrate } from './migrate.ts';
import { ROLES, type Role } from './roles.ts';

const passwords = (text: string): Record<Role, string> =>
  Object.fromEntries(ROLES.map((role) => [role, `${text}-${role}-'"\\`])) as Record<Role, string>;

describe('migrations', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.close());

  const onServer = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('are applied once, in order, also when two start at once', async () => {
    const { superuserUrl } = database.server;
    await onServer(superuserUrl, 'create database migrated_twice');
    const url = superuserUrl.replace(/\/[^/]*$/, '/migrated_twice');
    const results = await Promise.all(
      ['a', 'a', 'a'].map((text) => migrate(url, { rolePasswords: passwords(text) })),
    );
    const applied = results.flatMap((result) => result.applied);
    assert.deepEqual(applied, applied.toSorted());
    assert.ok(applied.includes('001-schema.sql') && new Set(applied).size === applied.length);
    assert.deepEqual(await migrate(url, { rolePasswords: passwords('b') }), { applied: [] });
    await onServer(superuserUrl, 'drop database migrated_twice with (force)');
  });

  it('set every role’s password anew', async () => {
    for (const text of ['first', 'second']) {
      const rolePasswords = passwords(text);
      await migrate(database.adminUrl, { rolePasswords });
      for (const role of ROLES) {
        const url = withRole(database.adminUrl, { role, password: rolePasswords[role] });
        assert.deepEqual(await onServer(url, 'select session_user::text as role'), [{ role }]);
      }
    }
    const old = withRole(database.adminUrl, {
      role: 'cf_agent',
      password: passwords('first').cf_agent,
    });
    await assert.rejects(onServer(old, 'select 1'), { code: '28P01' });
  });

  it('refuse to go on when one that was applied has changed since', async () => {
    await onServer(
      database.adminUrl,
      "update counterfoil.migration set sha256 = 'other' where name = '002-rights.sql'",
    );
    await assert.rejects(migrate(database.adminUrl, { rolePasswords: passwords('c') }), {
      code: 'MIGRATION_CHANGED',
      message: /002-rights\.sql/,
    });
  });

  it('need no superuser: an administrator who may create roles and owns the database is enough', async () => {
    const { superuserUrl } = database.server;
    await onServer(superuserUrl, "create role cloud_admin login createrole createdb password 'x'");
    // Roles are shared by the server; on a managed one, this administrator made them and holds them.
    await onServer(
      superuserUrl,
      `grant cf_owner, ${ROLES.join(', ')} to cloud_admin with admin option`,
    );
    await onServer(superuserUrl, 'create database managed owner cloud_admin');
    const url = withRole(superuserUrl, { role: 'cloud_admin', password: 'x', database: 'managed' });
    const { applied } = await migrate(url, { rolePasswords: passwords('d') });
    assert.ok(applied.length > 0);
    const agent = withRole(url, { role: 'cf_agent', password: passwords('d').cf_agent });
    await onServer(agent, 'select count(*) from counterfoil.signal');
    await onServer(superuserUrl, 'drop database managed with (force)');
  });
});
