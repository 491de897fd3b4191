import { isEligible, type ApprovalRequest, type ApproverKey } from '@counterfoil/core';
import type { PersonView, SessionView } from '@counterfoil/api';
import type { BrowserKey } from './browser-keys.ts';

/** A person and one key by which this browser may sign: a passkey, or a key that the browser holds itself. */
export type Signer = { readonly person: PersonView; readonly key: ApproverKey } & (
  { readonly type: 'passkey' } | { readonly type: 'ed25519'; readonly privateKey: CryptoKey }
);

/**
 * Every way to sign here, keys of this browser first. A passkey may be in this device or on another one; the browser finds
 * out when it signs.
 */
export function signersOf(session: SessionView, held: readonly BrowserKey[]): readonly Signer[] {
  const signers = session.people.flatMap((person) =>
    person.keys.flatMap((key): Signer[] => {
      if (key.type === 'passkey') {
        const isOurs = key.passkey?.origin === window.location.origin;
        return isOurs ? [{ type: 'passkey', person, key }] : [];
      }
      const own = held.find(({ keyId }) => keyId === key.keyId);
      return own ? [{ type: 'ed25519', person, key, privateKey: own.privateKey }] : [];
    }),
  );
  return signers.toSorted((a, b) => Number(a.type === 'passkey') - Number(b.type === 'passkey'));
}

/** Whether this signer's review of the request would count, and else why not. */
export function eligibility(
  request: ApprovalRequest,
  signer: Signer,
): { readonly reason: string | null } {
  const { personId, roles } = signer.person;
  const assurance = signer.type === 'passkey' ? 'passkey' : 'key';
  if (isEligible(request, { personId, roles, assurance })) return { reason: null };
  if (request.excluded.includes(personId)) {
    return { reason: 'the action was proposed by or for this person' };
  }
  const needed = request.requirement.roles;
  if (!roles.some((role) => needed.includes(role))) {
    return { reason: `needs the role ${needed.join(' or ')}` };
  }
  return { reason: `needs a ${request.requirement.assurance}` };
}
