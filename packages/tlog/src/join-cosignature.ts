import { openCheckpoint, type CheckpointKeys } from '@counterfoil/guard';

/** The published checkpoint: the log's own note with the witness's line after it. Throws unless both signatures hold. */
export function joinCosignature(
  signedByLog: string,
  cosignatureLine: string,
  keys: CheckpointKeys,
): string {
  const note = `${signedByLog}${cosignatureLine}\n`;
  openCheckpoint(note, keys);
  return note;
}
