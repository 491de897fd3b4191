import type { ReadCaseLeaves } from '@counterfoil/engine';
import type { LogReads } from '@counterfoil/store';

const PAGE = 500;

/** Reads every integrated leaf of a case from the store, oldest first. */
export function caseLeavesOf(log: Pick<LogReads, 'entries'>): ReadCaseLeaves {
  return async (caseId) => {
    const leaves = [];
    for (let fromIndex = 0; ;) {
      const page = await log.entries({ fromIndex, limit: PAGE, order: 'ascending', caseId });
      for (const { index, ...leaf } of page) {
        if (index === null) continue;
        leaves.push({ ...leaf, index });
        fromIndex = index + 1;
      }
      if (page.length < PAGE) return leaves;
    }
  };
}
