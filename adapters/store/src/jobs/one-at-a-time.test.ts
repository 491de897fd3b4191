import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { openPool } from '../connection/pool.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { oneAtATime } from './one-at-a-time.ts';

test('a job whose lock another role keeps fails in sight, and runs once the lock is free', async () => {
  const database = await createTestDatabase();
  const pool = openPool({ connectionString: database.urls.cf_executor, max: 2 });
  const hostile = new Client({ connectionString: database.urls.cf_agent });
  try {
    await hostile.connect();
    await hostile.query("select pg_advisory_lock(hashtextextended('job:d', 0))");
    const ran: string[] = [];
    const work = oneAtATime(pool, async ({ digest }) => void ran.push(digest ?? ''), 100);
    await assert.rejects(work({ digest: 'd' }), { code: '55P03' });
    await work({ digest: 'e' });
    assert.deepEqual(ran, ['e']);
    await hostile.end();
    await work({ digest: 'd' });
    assert.deepEqual(ran, ['e', 'd']);
  } finally {
    await hostile.end();
    await pool.end();
    await database.close();
  }
});
