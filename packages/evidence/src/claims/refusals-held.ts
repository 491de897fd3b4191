import { count, indexesOf, ofKinds, type Claim } from './claim.ts';

/** A no is a no. */
export const refusalsHeld: Claim = {
  claimId: 'refusals_held',
  statement:
    'Nothing that policy or a person denied, that nobody answered in time, or that the executor refused was carried out.',
  method:
    'The actions of every denial, expiry and refusal in the period are looked up among all effects of the record.',
  assess: ({ record, inPeriod }) => {
    const performed = new Set(
      ofKinds(record.entries, 'effect_performed').map(({ entry }) => entry.facts['digest']),
    );
    const denied = ofKinds(inPeriod, 'policy_decided').filter(
      ({ entry }) => entry.facts['decision'] === 'deny',
    );
    const unanswered = ofKinds(inPeriod, 'approval_resolved').filter(
      ({ entry }) => entry.facts['resolution'] !== 'approved',
    );
    const refused = ofKinds(inPeriod, 'effect_refused');
    const all = [...denied, ...unanswered, ...refused];
    const broken = all.filter(({ entry }) => performed.has(entry.facts['digest'] ?? null));
    const expired = unanswered.filter(({ entry }) => entry.facts['resolution'] === 'expired');
    const held = all.length > 0 ? 'shown' : 'nothing_happened';
    return {
      status: broken.length > 0 ? 'contradicted' : held,
      note: `${count(denied.length, 'denial')} by policy, ${unanswered.length - expired.length} by people, ${expired.length} expired, ${refused.length} refused by the executor; ${broken.length} carried out all the same`,
      figures: {
        deniedByPolicy: denied.length,
        deniedByPeople: unanswered.length - expired.length,
        expired: expired.length,
        refusedByExecutor: refused.length,
        carriedOut: broken.length,
      },
      entries: indexesOf(all).toSorted((a, b) => a - b),
    };
  },
};
