import { InputError, type Digest } from '@counterfoil/core';

/** Work of one stage; the same shape as the store's job handler. */
export type StageHandler = (payload: Readonly<Record<string, string>>) => Promise<void>;

/** Reads one field of a job's payload; throws `InputError` naming it. */
export function payloadField(payload: Readonly<Record<string, string>>, name: string): string {
  const value = payload[name];
  if (value === undefined || value === '') {
    throw new InputError('JOB_MALFORMED', `a job lacks ${name} in its payload`, {
      remedy: 'this job was not enqueued by this program; remove it',
    });
  }
  return value;
}

/** Reads the digest of a job's payload. */
export function payloadDigest(payload: Readonly<Record<string, string>>): Digest {
  const text = payloadField(payload, 'digest');
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) {
    throw new InputError('JOB_MALFORMED', `"${text.slice(0, 80)}" is not a digest`, {
      remedy: 'this job was not enqueued by this program; remove it',
    });
  }
  return text as Digest;
}
