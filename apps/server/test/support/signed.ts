import type { Digest, ReviewStatement, SignedReview } from '@counterfoil/core';
import { signReview } from '@counterfoil/guard';
import type { FixtureServer } from '../fixture/fixture-server.ts';

/** A review by the fixture's terminal key, with what a test changes in its statement before it is signed. */
export function signedReview(
  server: Pick<FixtureServer, 'trust'>,
  digest: Digest,
  change: Partial<ReviewStatement> = {},
): SignedReview {
  const { keyId, privateKey } = server.trust.maria;
  const statement: ReviewStatement = {
    v: 1,
    digest,
    verdict: 'approve',
    personId: 'maria.silva',
    keyId,
    reviewedAt: new Date().toISOString(),
    comment: '',
    ...change,
  };
  return signReview(statement, privateKey);
}
