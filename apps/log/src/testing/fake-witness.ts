import { createPrivateKey } from 'node:crypto';
import {
  cosignNote,
  generateVerifierKeys,
  judgeCheckpoint,
  readPrivateKey,
  UNSEEN,
  type WitnessedHead,
} from '@counterfoil/guard';
import type { WitnessClient } from '../witness-client.ts';

/** Keys of a log and its witness, for tests. */
export function testKeys() {
  const log = generateVerifierKeys('log.test/acme', 'log');
  const witness = generateVerifierKeys('witness.test/acme', 'witness');
  return {
    origin: 'log.test/acme',
    privateKey: readPrivateKey(log.privateKeyPem),
    keys: { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey },
    witnessKey: createPrivateKey(witness.privateKeyPem),
    pem: { log: log.privateKeyPem, witness: witness.privateKeyPem },
  };
}

/** A witness in memory that judges as the real one does. */
export function memoryWitness(test: ReturnType<typeof testKeys>) {
  const state: { head: WitnessedHead; refusals: number[] } = { head: UNSEEN, refusals: [] };
  const client: WitnessClient = (body) => {
    const verdict = judgeCheckpoint(body, state.head, test.keys.logVerifierKey);
    if (verdict.type === 'cosign') {
      state.head = verdict.head;
      const key = { name: 'witness.test/acme', privateKey: test.witnessKey };
      return Promise.resolve({ type: 'cosigned', line: cosignNote(verdict.text, key, 1) });
    }
    state.refusals.push(verdict.status);
    return Promise.resolve({ type: 'conflict', size: Number(verdict.body) });
  };
  return { state, client };
}
