import { count, indexesOf, ofKinds, type Claim } from './claim.ts';
import { effectsIn } from './effects-authorised.ts';

/** Nobody approved their own. */
export const dutiesSeparated: Claim = {
  claimId: 'duties_separated',
  statement:
    'Nobody approved an action that they proposed or that was proposed for them, and nobody counted twice.',
  method:
    'The verification leaves out reviews by the proposer, by the person the action is for and by whoever the request excludes, counts people and not messages, and compares the rest with the quorum that policy asked for.',
  assess: (input) => {
    const effects = effectsIn(input).filter(({ decision }) => decision === 'require_approval');
    const bad = effects.filter(
      ({ status, approvedBy }) =>
        status === 'unauthorised' || new Set(approvedBy).size !== approvedBy.length,
    );
    const gaps = effects.filter(({ status }) => status === 'unprovable');
    const people = new Set(effects.flatMap(({ approvedBy }) => approvedBy));
    const requests = ofKinds(input.inPeriod, 'approval_requested');
    const shown = effects.length > 0 ? 'shown' : 'nothing_happened';
    return {
      status: bad.length > 0 ? 'contradicted' : gaps.length > 0 ? 'unprovable' : shown,
      note: `${count(effects.length, 'approved effect')} by ${count(people.size, 'approver')}, none by its proposer`,
      figures: { approvedEffects: effects.length, approvers: people.size },
      entries: indexesOf(requests),
    };
  },
};
