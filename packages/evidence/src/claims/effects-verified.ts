import { count, indexesOf, ofKinds, type Claim } from './claim.ts';

/** Effects were looked at afterwards. */
export const effectsVerified: Claim = {
  claimId: 'effects_verified',
  statement: 'After every effect its outcome was read back and recorded.',
  method: 'Each effect of the period is matched with an entry that says whether it holds.',
  assess: ({ record, inPeriod }) => {
    const performed = ofKinds(inPeriod, 'effect_performed');
    const verified = ofKinds(record.entries, 'effect_verified');
    const known = new Set(verified.map(({ entry }) => entry.facts['digest']));
    const open = performed.filter(({ entry }) => !known.has(entry.facts['digest'] ?? null));
    const unclear = ofKinds(inPeriod, 'effect_unresolved');
    const matched = verified.filter(({ entry }) =>
      performed.some((effect) => effect.entry.facts['digest'] === entry.facts['digest']),
    );
    const held = matched.filter(({ entry }) => entry.facts['status'] === 'confirmed');
    const shown = performed.length > 0 ? 'shown' : 'nothing_happened';
    return {
      status: open.length > 0 ? 'unprovable' : shown,
      note: `${count(performed.length, 'effect')}: ${held.length} hold, ${matched.length - held.length} do not, ${open.length} not looked at yet; ${unclear.length} whose outcome is not known`,
      figures: {
        effects: performed.length,
        holding: held.length,
        open: open.length,
        unresolved: unclear.length,
      },
      entries: indexesOf([...performed, ...matched]).toSorted((a, b) => a - b),
    };
  },
};
