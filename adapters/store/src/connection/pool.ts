import { Pool, type PoolConfig } from 'pg';

/**
 * A pool whose broken connections end no process: an idle one is replaced at its next use, and one in use fails the query
 * that it carries, which is where the error is dealt with.
 */
export function openPool(config: PoolConfig): Pool {
  const pool = new Pool({ connectionTimeoutMillis: 5_000, keepAlive: true, ...config });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
