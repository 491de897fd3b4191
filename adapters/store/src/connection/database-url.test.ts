import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client } from 'pg';
import { databaseUrl, withRole } from './database-url.ts';

const partsOf = (url: string) => {
  const { host, port, user, password, database } = new Client({ connectionString: url });
  return { host, port, user, password, database };
};

describe('connection strings', () => {
  it('carry a socket folder and characters that a URL would take for its own', () => {
    const address = {
      host: '/tmp/a b',
      port: 5432,
      role: 'cf_agent',
      password: 'p@ss/w:rd?#%',
      database: 'd/b',
    };
    const parts = partsOf(databaseUrl(address));
    assert.equal(parts.host, '/tmp/a b');
    assert.equal(parts.user, 'cf_agent');
    assert.equal(parts.password, 'p@ss/w:rd?#%');
  });

  it('keep server, database and options when the role changes', () => {
    const login = { role: 'cf_log', password: 'x/y' };
    assert.equal(
      withRole('postgresql://admin:secret@db.example:6432/main?sslmode=verify-full', login),
      'postgresql://cf_log:x%2Fy@db.example:6432/main?sslmode=verify-full',
    );
    assert.equal(
      withRole('postgres://admin@%2Ftmp%2Fs:5432/main', { ...login, database: 'other' }),
      'postgres://cf_log:x%2Fy@%2Ftmp%2Fs:5432/other',
    );
    assert.equal(
      withRole('postgres:///main?host=/tmp', login),
      'postgres://cf_log:x%2Fy@/main?host=/tmp',
    );
    assert.equal(
      withRole('postgres://db.example', login),
      'postgres://cf_log:x%2Fy@db.example/postgres',
    );
  });
});
