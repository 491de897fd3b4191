import type { CaseLake, CostAnswer, Tool } from '@counterfoil/core';
import { statusOf } from './daily-series.ts';
import { ratioOf, sumUnits } from './decimals.ts';
import { lakeTool } from './lake-tool.ts';
import { periodsOf, reader, usageFilter, type Period } from './subject.ts';

/** How much of the usage a commitment (reserved instance, savings plan) covered before and after. */
export function commitmentCoverageTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.commitment_coverage',
    description: 'Share of the quantity that a commitment covered, before and after the change.',
    async read(subject, _lake, caseId) {
      const { before, after } = periodsOf(subject);
      const ask = (period: Period) =>
        lake.query(caseId, {
          measures: ['ConsumedQuantity'],
          groupBy: ['pricingCategory', 'commitmentDiscountStatus'],
          filter: usageFilter(subject.element),
          fromDate: period.fromDate,
          toDate: period.toDate,
        });
      const answers = { before: await ask(before), after: await ask(after) };
      const shares = { before: coveredShare(answers.before), after: coveredShare(answers.after) };
      const drop =
        shares.before === null || shares.after === null
          ? null
          : Math.round((shares.before - shares.after) * 1e4) / 1e4 + 0;
      return {
        status: statusOf(
          answers.before.truncated || answers.after.truncated,
          answers.before.rows.length + answers.after.rows.length,
        ),
        question: 'Did a commitment cover this usage, and does it still?',
        finding: `A commitment covered ${percent(shares.before)} of the quantity before and ${percent(shares.after)} since.`,
        facts: {
          'commitment.shareBefore': shares.before,
          'commitment.shareAfter': shares.after,
          'commitment.shareDrop': drop,
        },
        source: `lake:${answers.after.queryId}`,
      };
    },
  });
}

/** Covered is what FOCUS prices as `Committed`, or reports as a `Used` commitment. */
function coveredShare(answer: CostAnswer): number | null {
  const read = reader(answer);
  const covered = answer.rows.filter(
    (row) =>
      read(row, 'pricingCategory') === 'Committed' ||
      read(row, 'commitmentDiscountStatus') === 'Used',
  );
  const total = sumUnits(answer.rows.map((row) => read(row, 'ConsumedQuantity')));
  return ratioOf(sumUnits(covered.map((row) => read(row, 'ConsumedQuantity'))), total);
}

function percent(share: number | null): string {
  return share === null ? 'an unknown part' : `${Math.round(share * 100)} %`;
}
