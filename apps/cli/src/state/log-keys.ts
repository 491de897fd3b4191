import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, generateVerifierKeys, readPrivateKey } from '@counterfoil/guard';
import type { StateDirectory } from './state-directory.ts';
import { writeWhole } from './write-whole.ts';

/** Names and public keys of the log and its witness. */
export interface VerifierKeyTexts {
  readonly origin: string;
  readonly log: string;
  readonly witness: string;
}

/** File of the log's private key; given to the log process alone. */
export function logKeyFile(state: StateDirectory): string {
  return join(state.keys, 'log.pem');
}

/** File of the witness's private key; given to the witness alone. */
export function witnessKeyFile(state: StateDirectory): string {
  return join(state.keys, 'witness.pem');
}

/** Name of the witness of a tenant, as it stands in its signatures. */
export function witnessNameOf(tenant: string): string {
  return `counterfoil.witness/${tenant}`;
}

/** Makes the keys of log and witness the first time, and answers with their public halves. */
export function ensureLogKeys(state: StateDirectory, tenant: string): VerifierKeyTexts {
  const origin = `counterfoil.log/${tenant}`;
  return {
    origin,
    log: ensureVerifierKey(logKeyFile(state), origin, 'log'),
    witness: ensureVerifierKey(witnessKeyFile(state), witnessNameOf(tenant), 'witness'),
  };
}

function ensureVerifierKey(file: string, name: string, role: 'log' | 'witness'): string {
  if (!existsSync(file)) {
    const { privateKeyPem, verifierKey } = generateVerifierKeys(name, role);
    writeWhole(file, privateKeyPem, { mode: 0o600 });
    return verifierKey;
  }
  const publicKey = createPublicKey(readPrivateKey(readFileSync(file, 'utf8')));
  return formatVerifierKey({ name, role, publicKey });
}
