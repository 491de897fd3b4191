import type { Claim } from './claim.ts';

const DAY_MS = 86_400_000;

/** The record goes back far enough. */
export const recordRetained: Claim = {
  claimId: 'record_retained',
  statement: 'The record is kept from its first entry on; nothing of it was cut off.',
  method:
    'The pack holds every entry from number 0; the span between its first and last entry is stated.',
  assess: ({ record }) => {
    const first = record.entries[0]?.entry.at;
    const last = record.entries.at(-1)?.entry.at;
    if (first === undefined || last === undefined) {
      return { status: 'nothing_happened', note: 'The record is empty', figures: {}, entries: [] };
    }
    const days = Math.floor((Date.parse(last) - Date.parse(first)) / DAY_MS);
    return {
      status: 'shown',
      note: `From ${first.slice(0, 10)} to ${last.slice(0, 10)}, ${days} days`,
      figures: { first, last, days },
      entries: [0],
    };
  },
};
