import { IntegrityError, UpstreamError, type LogReader } from '@counterfoil/core';
import { openCheckpoint, type Checkpoint, type CheckpointKeys } from './checkpoint.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import { inclusionProof } from './tiles.ts';

/** Reads the published checkpoint; `UpstreamError` `LOG_BEHIND` where there is none yet, `IntegrityError` where it is not signed by both. */
export async function readCheckpoint(
  reader: LogReader,
  keys: CheckpointKeys,
): Promise<Checkpoint & { readonly checkpointText: string }> {
  const bytes = await reader.read('checkpoint');
  if (!bytes) throw behind('the log has published no checkpoint');
  const checkpointText = Buffer.from(bytes).toString('utf8');
  return { ...openCheckpoint(checkpointText, keys), checkpointText };
}

/**
 * Proves that this entry is the leaf at `index` under the published, witnessed checkpoint. Throws `UpstreamError`
 * `LOG_BEHIND` where the checkpoint does not reach so far yet (wait and ask again), `IntegrityError` where the leaf is another.
 */
export async function proveEntry(claim: {
  readonly reader: LogReader;
  readonly trust: CheckpointKeys;
  readonly entryText: string;
  readonly index: number;
}): Promise<{ readonly index: number; readonly size: number }> {
  const { reader, index } = claim;
  const { size, rootHash } = await readCheckpoint(reader, claim.trust);
  if (index >= size) throw behind(`the checkpoint has ${size} leaves, leaf ${index} is beyond`);
  const proof = await inclusionProof(index, size, reader);
  const leaf = leafHash(claim.entryText);
  if (!verifyInclusion({ leaf, index, size, proof, rootHash })) {
    throw new IntegrityError('LOG_NOT_INCLUDED', `the entry is not leaf ${index} of the log`, {
      details: { index, size },
      remedy: 'compare the database with the log; one of the two was changed',
    });
  }
  return { index, size };
}

function behind(problem: string): UpstreamError {
  return new UpstreamError('LOG_BEHIND', problem, {
    remedy: 'check that the log and the witness run; effects wait for them',
  });
}
