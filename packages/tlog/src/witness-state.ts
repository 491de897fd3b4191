import type { KeyObject } from 'node:crypto';
import { IntegrityError } from '@counterfoil/core';
import {
  cosignNote,
  formatCheckpoint,
  isLineBy,
  parseCheckpoint,
  parseVerifierKey,
  splitNote,
  UNSEEN,
  type WitnessedHead,
} from '@counterfoil/guard';

/** Whose state it is: the log that is witnessed, and the witness's own public key. */
export interface WitnessIdentity {
  readonly origin: string;
  readonly witnessVerifierKey: string;
}

/**
 * The state of a witness that has cosigned nothing yet: the empty log's head under the witness's own signature. Made once,
 * together with the key; a witness never begins by itself.
 */
export function firstWitnessState(
  origin: string,
  witness: { readonly name: string; readonly privateKey: KeyObject },
  atSeconds: number,
): string {
  const text = formatCheckpoint({ origin, ...UNSEEN });
  return witnessState(text, cosignNote(text, witness, atSeconds));
}

/** The state after a cosignature: the checkpoint's text and the line that the witness put under it. */
export function witnessState(checkpointText: string, cosignatureLine: string): string {
  return `${checkpointText}\n${cosignatureLine}\n`;
}

/** The head of a note that this witness signed for this log: its state, or a published checkpoint. Throws `IntegrityError` on any other. */
export function openWitnessed(noteText: string, identity: WitnessIdentity): WitnessedHead {
  const key = parseVerifierKey(identity.witnessVerifierKey, 'witness');
  const { text, lines } = splitNote(noteText);
  const { origin, size, rootHash } = parseCheckpoint(text);
  const isOwn = origin === identity.origin && lines.some((line) => isLineBy(text, line, key));
  if (isOwn) return { size, rootHash };
  throw new IntegrityError(
    'WITNESS_NOT_SIGNED',
    `not signed by ${key.name} for ${identity.origin}`,
  );
}
