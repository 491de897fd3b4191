import { randomBytes } from 'node:crypto';
import type { Clock, NewId } from '@counterfoil/core';
import { entryWriter } from '@counterfoil/guard';
import { openStore, type Store } from '@counterfoil/store';

const ID_BYTES = 15;

/** The time of this machine. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** Fresh, unguessable ids. */
export const newId: NewId = (prefix) => `${prefix}_${randomBytes(ID_BYTES).toString('base64url')}`;

const SALT_BYTES = 32;

/** Opens the store under the CLI's own role, which may read everything and record reviews, kills and lifts, no more. */
export function openOperatorStore(databaseUrl: string): Promise<Store> {
  return openStore({
    databaseUrl,
    clock: systemClock,
    newId,
    writeEntry: entryWriter(() => randomBytes(SALT_BYTES)),
  });
}
