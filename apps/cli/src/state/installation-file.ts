import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '@counterfoil/core';
import { z } from 'zod';
import { writeWhole } from './write-whole.ts';

const shape = z.strictObject({
  v: z.literal(1),
  mode: z.enum(['demo', 'live']),
  tenant: z.string().min(1),
});

/** What an installation is, once and for all: its log and trust are bound to it. */
export type InstallationRecord = z.infer<typeof shape>;

/** The record of an installation; null where none was made here. */
export function readInstallationRecord(file: string): InstallationRecord | null {
  if (!existsSync(file)) return null;
  const result = shape.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (result.success) return result.data;
  throw new InputError('STATE_DAMAGED', `${file} is not the record of an installation`, {
    remedy: 'restore it from a backup, or start in another directory with --state',
  });
}

/** Writes the record the first time, and afterwards refuses to make another installation out of this one. */
export function ensureInstallationRecord(
  file: string,
  wanted: Omit<InstallationRecord, 'v'>,
): void {
  const found = readInstallationRecord(file);
  if (found === null) {
    writeWhole(file, `${JSON.stringify({ v: 1, ...wanted })}\n`, { mode: 0o600 });
    return;
  }
  if (found.tenant !== wanted.tenant) {
    throw new InputError(
      'STATE_TENANT',
      `this directory holds the log of ${found.tenant}, not of ${wanted.tenant}`,
      {
        remedy: 'choose another directory with --state, or set tenant back',
      },
    );
  }
  if (found.mode !== wanted.mode) {
    const [was, now] =
      found.mode === 'demo' ? ['with --demo', 'without'] : ['without --demo', 'with it'];
    throw new InputError('STATE_MODE', `this directory was made ${was} and cannot be used ${now}`, {
      remedy:
        'choose another directory with --state: a demonstration never shares its log with real work',
    });
  }
}
