import type { JsonObject } from '@counterfoil/core';
import type { RecordEntry } from '../record.ts';
import { count, indexesOf, ofKinds, type Claim } from './claim.ts';

/** Reviews are signatures of people. */
export const approvalsSigned: Claim = {
  claimId: 'approvals_signed',
  statement:
    'Every review is the act of one identified person, signed by a key that stays in their own device.',
  method:
    'Each review entry holds a statement with person, key, verdict and digest, and its signature; those that counted for an effect were checked by the verification.',
  assess: ({ inPeriod }) => {
    const reviews = ofKinds(inPeriod, 'review_submitted');
    const erased = reviews.filter(({ isErased }) => isErased).length;
    const people = new Set(reviews.map(personOf).filter((person) => person !== null));
    const types = Map.groupBy(reviews, (review) => String(review.payload?.type ?? 'erased'));
    const unsigned = reviews.filter(
      ({ isErased, payload }) => !isErased && typeof payload?.signature !== 'string',
    );
    const shown = reviews.length > 0 ? 'shown' : 'nothing_happened';
    const readable = erased > 0 ? 'unprovable' : shown;
    return {
      status: unsigned.length > 0 ? 'contradicted' : readable,
      note: `${count(reviews.length, 'review')} by ${count(people.size, 'person').replace('persons', 'people')}, ${types.get('passkey')?.length ?? 0} with passkeys`,
      figures: {
        reviews: reviews.length,
        people: people.size,
        passkey: types.get('passkey')?.length ?? 0,
        ed25519: types.get('ed25519')?.length ?? 0,
        erased,
      },
      entries: indexesOf(reviews),
    };
  },
};

function personOf({ payload }: RecordEntry): string | null {
  const person = (payload?.statement as JsonObject | undefined)?.personId;
  return typeof person === 'string' ? person : null;
}
