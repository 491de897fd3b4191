import { count, type Claim, type ClaimInput } from './claim.ts';

/** Every effect had its authorisation. */
export const effectsAuthorised: Claim = {
  claimId: 'effects_authorised',
  statement:
    'Every effect was proposed, decided upon by policy and, where policy asks for people, approved by their signatures over exactly these bytes, all before it was carried out.',
  method:
    'For every effect the verification replays proposal, decision, request, reviews and grant from the entries before it, and checks each signature with the public keys of the trust file.',
  assess: (input) => {
    const effects = effectsIn(input);
    const bad = effects.filter(({ status }) => status === 'unauthorised');
    const gaps = effects.filter(({ status }) => status === 'unprovable');
    const byPeople = effects.filter(({ approvedBy }) => approvedBy.length > 0);
    return {
      status:
        bad.length > 0
          ? 'contradicted'
          : gaps.length > 0
            ? 'unprovable'
            : effects.length > 0
              ? 'shown'
              : 'nothing_happened',
      note: `${count(effects.length, 'effect')}: ${byPeople.length} approved by people, ${effects.length - byPeople.length} allowed by policy; ${bad.length} without authorisation, ${gaps.length} not provable`,
      figures: {
        effects: effects.length,
        approvedByPeople: byPeople.length,
        unauthorised: bad.length,
        unprovable: gaps.length,
      },
      entries: effects.flatMap(({ intendedAtIndex, performedAtIndex }) =>
        performedAtIndex === null ? [intendedAtIndex] : [intendedAtIndex, performedAtIndex],
      ),
    };
  },
};

/** Effects that were intended within the period. */
export function effectsIn({ report, inPeriod }: ClaimInput): ClaimInput['report']['effects'] {
  const indexes = new Set(inPeriod.map(({ index }) => index));
  return report.effects.filter(({ intendedAtIndex }) => indexes.has(intendedAtIndex));
}
