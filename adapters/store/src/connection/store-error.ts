import {
  InputError,
  InvariantViolation,
  PermissionError,
  PlatformError,
  UpstreamError,
} from '@counterfoil/core';

/** SQLSTATEs that our own migrations raise. */
const KILL_ENGAGED = 'CF001';
const REFUSED = new Set(['CF002', 'CF003', '42501']);
const LEAF_MALFORMED = 'CF004';
const CLOCK_WRONG = 'CF005';

const CONNECTION_LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECTION_LOST',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '25006',
]);

/** SQLSTATE or system code of an error of `pg`; undefined where there is none. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the connection failed, so that nothing was answered. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return CONNECTION_LOST.has(code) || code.startsWith('08');
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|timeout exceeded when trying to connect|not queryable|client was closed/i.test(
    message,
  );
}

/** Whether this transaction had to give way to another one, or waited for it too long; it can be run again as it is. */
export function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40P01' || code === '40001' || code === '55P03';
}

/** Whether a row of the same key was there first. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** Whether something was referred to that is not there. */
export function isUnknownReference(error: unknown): boolean {
  return codeOf(error) === '23503';
}

/** Names what the database answered in our own terms; our own errors pass through. */
export function storeError(error: unknown): unknown {
  if (error instanceof PlatformError || error instanceof InvariantViolation) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === KILL_ENGAGED) {
    return new PermissionError('KILL_ENGAGED', `the kill switch is on: ${message}`, {
      cause: error,
      remedy: 'a person lifts it with a signed act: `counterfoil kill off`',
    });
  }
  if (code !== undefined && REFUSED.has(code)) {
    return new PermissionError('STORE_REFUSED', `the database refused: ${message}`, {
      cause: error,
      remedy: 'the role of this process may not do this; another process must',
    });
  }
  if (code === LEAF_MALFORMED) {
    return new InputError('LEAF_MALFORMED', `the database refused an entry: ${message}`, {
      cause: error,
      remedy: 'no honest process writes such an entry: compare this one with its release',
    });
  }
  if (code === CLOCK_WRONG) {
    return new UpstreamError('CLOCK_WRONG', `the database refused a time: ${message}`, {
      cause: error,
      remedy:
        'set the clocks of this machine and of the database by NTP; 60 seconds may lie between',
    });
  }
  if (isConnectionError(error)) {
    return new UpstreamError('STORE_UNAVAILABLE', `PostgreSQL does not answer: ${message}`, {
      cause: error,
      remedy: 'check that the database runs; it is tried again',
    });
  }
  if (isContention(error)) {
    return new UpstreamError('STORE_CONTENDED', `the transaction gave way to another: ${message}`, {
      cause: error,
    });
  }
  if (code === '28P01' || code === '28000') {
    return new PermissionError('STORE_LOGIN_REFUSED', message, {
      cause: error,
      remedy: 'run the migrations again: they set the password of each role',
    });
  }
  return error;
}
