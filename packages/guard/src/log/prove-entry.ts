import { IntegrityError, UpstreamError } from '@counterfoil/core';
import { openCheckpoint, type CheckpointKeys } from './checkpoint.ts';
import { leafHash, verifyInclusion } from './merkle.ts';

/** Where checkpoint and proofs come from. Nothing of it is trusted: a wrong answer proves nothing. */
export interface ProofSource {
  /** The published checkpoint; null where there is none yet. */
  checkpoint(): Promise<string | null>;
  /** The hashes beside the way from a leaf to the root of the tree of this size, the deepest first (RFC 6962, 2.1.1). */
  inclusion(index: number, size: number): Promise<readonly Uint8Array[]>;
}

/** Proves that this entry is leaf `index` of the published, witnessed log. `UpstreamError` `LOG_BEHIND`: ask later; `IntegrityError`: it is not. */
export async function proveEntry(claim: {
  readonly source: ProofSource;
  readonly trust: CheckpointKeys;
  readonly entryText: string;
  readonly index: number;
}): Promise<{ readonly index: number; readonly size: number }> {
  const { source, index } = claim;
  const checkpoint = await source.checkpoint();
  if (checkpoint === null) throw behind('the log has published no checkpoint');
  const { size, rootHash } = openCheckpoint(checkpoint, claim.trust);
  if (index >= size) throw behind(`the checkpoint has ${size} leaves, leaf ${index} is beyond`);
  const proof = await source.inclusion(index, size);
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
