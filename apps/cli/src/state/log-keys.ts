import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, generateVerifierKeys, readPrivateKey } from '@counterfoil/guard';
import { firstWitnessState } from '@counterfoil/tlog';
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

/** File in which the witness remembers what it cosigned. */
export function witnessStateFile(state: StateDirectory): string {
  return join(state.witness, 'state');
}

/**
 * Makes the keys of log and witness the first time, and answers with their public halves. The witness's first state is made
 * with its key and never again: a witness whose state is lost does not start as if it had seen nothing.
 */
export function ensureLogKeys(
  state: StateDirectory,
  tenant: string,
  nowMs: number,
): VerifierKeyTexts {
  const origin = `counterfoil.log/${tenant}`;
  const name = witnessNameOf(tenant);
  const log = ensureVerifierKey(logKeyFile(state), { name: origin, role: 'log' });
  const witness = ensureVerifierKey(witnessKeyFile(state), {
    name,
    role: 'witness',
    beforeKept(privateKey) {
      const text = firstWitnessState(origin, { name, privateKey }, Math.floor(nowMs / 1000));
      writeWhole(witnessStateFile(state), text, { mode: 0o600 });
    },
  });
  return { origin, log, witness };
}

interface KeyWanted {
  readonly name: string;
  readonly role: 'log' | 'witness';
  /** Run with a new key before it is written: after a crash in between there is no key yet, and all is done again. */
  readonly beforeKept?: (privateKey: KeyObject) => void;
}

function ensureVerifierKey(file: string, { name, role, beforeKept }: KeyWanted): string {
  if (!existsSync(file)) {
    const { privateKeyPem, verifierKey } = generateVerifierKeys(name, role);
    beforeKept?.(readPrivateKey(privateKeyPem));
    writeWhole(file, privateKeyPem, { mode: 0o600 });
    return verifierKey;
  }
  const publicKey = createPublicKey(readPrivateKey(readFileSync(file, 'utf8')));
  return formatVerifierKey({ name, role, publicKey });
}
