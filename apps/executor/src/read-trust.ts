import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@counterfoil/core';
import { loadPolicyBundle, parseTrust, type PolicyBundle, type Trust } from '@counterfoil/guard';

/** The trust file, which must be of this tenant. */
export function readTrust(trustFile: string, tenant: string): Trust {
  const trust = parseTrust(readFileSync(trustFile, 'utf8'));
  if (trust.tenant === tenant) return trust;
  throw new InputError('TENANT_MISMATCH', `the trust file is of tenant ${trust.tenant}`, {
    remedy: `give the trust file of tenant ${tenant}`,
  });
}

/** The executor's own policy bundle: the schema and the policies of a directory. */
export function readPolicies(directory: string): PolicyBundle {
  const files = readdirSync(directory).filter((name) => /\.cedar(schema)?$/.test(name));
  const entries = files.map((name) => [name, readFileSync(join(directory, name), 'utf8')] as const);
  return loadPolicyBundle(Object.fromEntries(entries));
}
