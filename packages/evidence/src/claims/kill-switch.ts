import { count, indexesOf, ofKinds, type Claim } from './claim.ts';

/** The kill switch works. */
export const killSwitchHeld: Claim = {
  claimId: 'kill_switch_held',
  statement:
    'While the kill switch was engaged, nothing was carried out; only a person with that role lifted it, by signature.',
  method:
    'The verification replays engagements and lifts, checks the signature of each lift, and rejects any effect in between.',
  assess: ({ report, inPeriod }) => {
    const engaged = ofKinds(inPeriod, 'kill_engaged');
    const lifted = ofKinds(inPeriod, 'kill_lifted');
    const isBroken = report.problems.some(({ code }) => code === 'KILLED');
    const held = engaged.length > 0 ? 'shown' : 'nothing_happened';
    return {
      status: isBroken ? 'contradicted' : held,
      note: `Engaged ${count(engaged.length, 'time')}, lifted ${count(lifted.length, 'time')}`,
      figures: { engaged: engaged.length, lifted: lifted.length },
      entries: indexesOf([...engaged, ...lifted]).toSorted((a, b) => a - b),
    };
  },
};
