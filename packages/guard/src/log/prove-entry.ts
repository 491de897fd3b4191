import { IntegrityError, UpstreamError, type LogReader } from '@counterfoil/core';
import { openCheckpoint, type CheckpointKeys } from './checkpoint.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import { inclusionProof } from './tiles.ts';

/** Proves that this entry is leaf `index` of the published, witnessed log. `UpstreamError` `LOG_BEHIND`: ask later; `IntegrityError`: it is not. */
export async function proveEntry(claim: {
  readonly reader: LogReader;
  readonly trust: CheckpointKeys;
  readonly entryText: string;
  readonly index: number;
}): Promise<{ readonly index: number; readonly size: number }> {
  const { reader, index } = claim;
  const bytes = await reader.read('checkpoint');
  if (!bytes) throw behind('the log has published no checkpoint');
  const { size, rootHash } = openCheckpoint(Buffer.from(bytes).toString('utf8'), claim.trust);
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
