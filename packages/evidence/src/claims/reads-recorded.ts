import { count, ofKinds, type Claim } from './claim.ts';

/** Entries that a claim points to where there are very many. */
const ENTRIES_SHOWN_MAX = 200;

/** Every look at data is on the record. */
export const readsRecorded: Claim = {
  claimId: 'reads_recorded',
  statement: 'Every read that an investigation made is recorded with its tool and its outcome.',
  method: 'Tool calls of the period are counted by tool and by status.',
  assess: ({ inPeriod }) => {
    const calls = ofKinds(inPeriod, 'tool_called');
    const tools = Map.groupBy(calls, ({ entry }) => String(entry.facts['tool']));
    const failed = calls.filter(({ entry }) =>
      ['failed', 'truncated'].includes(String(entry.facts['status'])),
    );
    return {
      status: calls.length > 0 ? 'shown' : 'nothing_happened',
      note: `${count(calls.length, 'read')} by ${count(tools.size, 'tool')}, ${failed.length} not complete`,
      figures: {
        reads: calls.length,
        notComplete: failed.length,
        ...Object.fromEntries([...tools].map(([tool, made]) => [`tool:${tool}`, made.length])),
      },
      entries: calls.slice(0, ENTRIES_SHOWN_MAX).map(({ index }) => index),
    };
  },
};
