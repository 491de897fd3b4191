import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '@counterfoil/core';
import { z } from 'zod';
import { writeWhole } from './write-whole.ts';

const secretsShape = z.strictObject({
  v: z.literal(1),
  /** Password of each database role. */
  rolePasswords: z.record(z.string(), z.string().min(20)),
  /** What the agent and the CLI show to the lake. */
  lakeToken: z.string().min(20),
});

/** The installation's own secrets: generated once, in a file that only its owner reads. */
export type InstallationSecrets = z.infer<typeof secretsShape>;

const SECRET_BYTES = 24;

/** Reads the secrets, generating them the first time; adds a password for a role that an earlier version did not know. */
export function ensureSecrets(file: string, roles: readonly string[]): InstallationSecrets {
  const known = existsSync(file)
    ? readSecrets(file)
    : { v: 1 as const, rolePasswords: {}, lakeToken: newSecret() };
  const missing = roles.filter((role) => known.rolePasswords[role] === undefined);
  if (missing.length === 0) return known;
  const added = Object.fromEntries(missing.map((role) => [role, newSecret()]));
  const secrets = { ...known, rolePasswords: { ...known.rolePasswords, ...added } };
  writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

/** Reads the secrets of an installation that exists; throws `InputError` where it does not, or the file is damaged. */
export function readSecrets(file: string): InstallationSecrets {
  if (!existsSync(file)) {
    throw new InputError('STATE_MISSING', `there is no installation here (${file} is missing)`, {
      remedy: 'run `counterfoil up` first, or name its directory with --state',
    });
  }
  const text = readOwn(file);
  try {
    return secretsShape.parse(JSON.parse(text));
  } catch {
    // The cause might quote a secret, so it is not kept.
    throw new InputError('STATE_DAMAGED', `${file} is not readable as the installation’s secrets`, {
      remedy: 'restore it from a backup; without it the database cannot be opened',
    });
  }
}

function readOwn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError('STATE_UNREADABLE', `${file} cannot be read: ${code}`, {
      cause: error,
      remedy:
        'run this as the user who ran `counterfoil up`, or name another directory with --state',
    });
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}
