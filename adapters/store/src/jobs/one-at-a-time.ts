import type { Pool } from 'pg';
import type { JobHandler } from '../contract.ts';

/** Longer than any job takes. Every role can take such a lock: a job that is held up so must fail in sight, not wait for ever. */
const LOCK_TIMEOUT_MS = 5 * 60_000;

/**
 * Wraps a handler so that two jobs about the same thing (`digest`, or else `caseId`, or else `signalId` of the payload) never run at
 * the same time, in whatever processes. The database holds the lock and lets it go when the process dies; a restart of the
 * database lets it go as well, so a handler still reads the state before it acts.
 */
export function oneAtATime(
  pool: Pool,
  handler: JobHandler,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
): JobHandler {
  return async (payload) => {
    const subject = payload['digest'] ?? payload['caseId'] ?? payload['signalId'];
    if (subject === undefined) return handler(payload);
    const client = await pool.connect();
    const key = [`job:${subject}`];
    try {
      await client.query("select set_config('lock_timeout', $1, false)", [`${lockTimeoutMs}ms`]);
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', key);
      await handler(payload);
    } finally {
      const unlocked = await client
        .query('select pg_advisory_unlock(hashtextextended($1, 0))', key)
        .then(
          () => true,
          () => false,
        );
      // A connection that may still hold the lock is closed, which frees it.
      client.release(!unlocked);
    }
  };
}
