import { readFileSync } from 'node:fs';
import { InputError } from '@counterfoil/core';
import { parseTrust, type Trust } from '@counterfoil/guard';

/** The trust file, which must be of this tenant. */
export function readTrust(trustFile: string, tenant: string): Trust {
  const trust = parseTrust(readFileSync(trustFile, 'utf8'));
  if (trust.tenant === tenant) return trust;
  throw new InputError('TENANT_MISMATCH', `the trust file is of tenant ${trust.tenant}`, {
    remedy: `give the trust file of tenant ${tenant}`,
  });
}
