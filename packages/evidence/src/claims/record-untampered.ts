import type { Claim } from './claim.ts';

/** The record is whole. */
export const recordUntampered: Claim = {
  claimId: 'record_untampered',
  statement: 'Nobody changed, removed, inserted or reordered an entry of the record.',
  method:
    'The root over all entries is recomputed and compared with the checkpoint, which log and witness signed with keys of their own; every payload is compared with the commitment in its entry.',
  assess: ({ report, record }) => {
    const isWhole = report.status === 'verified';
    return {
      status: isWhole ? 'shown' : 'contradicted',
      note: isWhole
        ? `All ${report.size} entries stand under the signed root`
        : `The pack is rejected: ${report.problems[0]?.code ?? 'unknown'}`,
      figures: { entries: report.size, rootHash: report.rootHash },
      entries: record.entries.length === 0 ? [] : [0, record.entries.length - 1],
    };
  },
};
