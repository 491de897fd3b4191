import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { InputError } from '@counterfoil/core';
import type { ApproverRegistry } from '@counterfoil/guard';
import { readKeyFile } from './keys.ts';
import type { StateDirectory } from './state-directory.ts';
import { operatorKeyFile } from './trust-file.ts';

/** Who signs, with which key. */
export interface Signer {
  readonly personId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

export interface SignerInputs {
  readonly state: StateDirectory;
  readonly workingDirectory: string;
  /** The file named on the command line; without one, the operator's. */
  readonly keyFile: string | undefined;
  readonly registry: ApproverRegistry;
}

/** Reads a private key and finds whose it is; throws `InputError` where nobody in the trust file has it. */
export function findSigner({ state, workingDirectory, keyFile, registry }: SignerInputs): Signer {
  const file = keyFile === undefined ? operatorKeyFile(state) : resolve(workingDirectory, keyFile);
  const { privateKey, publicKeySpki } = readKeyFile(file);
  for (const { person, key } of registry.keys.values()) {
    if (key.publicKeySpki === publicKeySpki) {
      return { personId: person.personId, keyId: key.keyId, privateKey };
    }
  }
  throw new InputError('KEY_UNKNOWN', `the key in ${file} is nobody’s in ${state.trustFile}`, {
    remedy:
      'add its public half under approvals.people in the configuration and restart `counterfoil up`',
  });
}
