import { count, indexesOf, type Claim } from './claim.ts';

/** Erasing leaves a trace. */
export const erasuresVisible: Claim = {
  claimId: 'erasures_visible',
  statement:
    'What was erased on request is gone for good, and that it was there stays provable without its content.',
  method:
    'An erased payload is missing together with its salt, so that its commitment in the record says nothing of it; such entries of the period are listed.',
  assess: ({ inPeriod }) => {
    const erased = inPeriod.filter(({ isErased }) => isErased);
    return {
      status: erased.length > 0 ? 'shown' : 'nothing_happened',
      note: `${count(erased.length, 'payload')} erased`,
      figures: { erased: erased.length },
      entries: indexesOf(erased),
    };
  },
};
