import { count, indexesOf, ofKinds, type Claim } from './claim.ts';

/** Who may sign is on the record. */
export const credentialsRecorded: Claim = {
  claimId: 'credentials_recorded',
  statement:
    'Every key by which a person can approve was added by a signed act that stands in the record.',
  method:
    'Enrolments of the period are listed; a review by a key that is neither in the trust file nor enrolled before does not count in the verification.',
  assess: ({ inPeriod }) => {
    const enrolled = ofKinds(inPeriod, 'approver_enrolled');
    return {
      status: enrolled.length > 0 ? 'shown' : 'nothing_happened',
      note: count(enrolled.length, 'enrolment'),
      figures: { enrolments: enrolled.length },
      entries: indexesOf(enrolled),
    };
  },
};
