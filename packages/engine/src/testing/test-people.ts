import type { Digest, SignedReview } from '@counterfoil/core';
import { generatePersonKeys, readPrivateKey, signKillLift, signReview } from '@counterfoil/guard';

/** A person with a real key who can review and lift. */
export interface TestPerson {
  readonly personId: string;
  readonly approver: {
    readonly personId: string;
    readonly displayName: string;
    readonly roles: readonly string[];
    readonly keys: readonly [
      { readonly keyId: string; readonly type: 'ed25519'; readonly publicKeySpki: string },
    ];
  };
  review(digest: Digest, verdict: 'approve' | 'deny', reviewedAt: string): SignedReview;
  lift(killId: string, liftedAt: string): unknown;
}

/** Makes a person with these roles. */
export function createTestPerson(personId: string, roles: readonly string[]): TestPerson {
  const { keyId, privateKeyPem, publicKeySpki } = generatePersonKeys();
  const privateKey = readPrivateKey(privateKeyPem);
  const comment = `${personId} looked at it`;
  return {
    personId,
    approver: {
      personId,
      displayName: personId,
      roles,
      keys: [{ keyId, type: 'ed25519', publicKeySpki }],
    },
    review: (digest, verdict, reviewedAt) =>
      signReview({ v: 1, digest, verdict, personId, keyId, reviewedAt, comment }, privateKey),
    lift: (killId, liftedAt) =>
      signKillLift({ v: 1, killId, personId, keyId, liftedAt, comment }, privateKey),
  };
}
