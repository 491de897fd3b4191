import { decimalUnits, type CaseLake, type Tool } from '@counterfoil/core';
import { perCount, ratioOf, shown, sumUnits, unitsToText } from './decimals.ts';
import { lakeTool } from './lake-tool.ts';
import { daysWithData, periodsOf, reader, usageFilter } from './subject.ts';

/** How the cost of the element moved, day by day. */
export function dailySeriesTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.daily_series',
    description: 'Daily cost of an element before and after the change.',
    async read(subject, _lake, caseId) {
      const { before, after } = periodsOf(subject);
      const days = await daysWithData(lake, caseId, subject);
      const answer = await lake.query(caseId, {
        measures: [subject.basis],
        groupBy: ['day'],
        filter: usageFilter(subject.element),
        fromDate: before.fromDate,
        toDate: after.toDate,
      });
      const read = reader(answer);
      const cells = answer.rows.map((row) => ({
        day: read(row, 'day') ?? '',
        cost: read(row, subject.basis),
      }));
      const halves = {
        before: cells.filter((cell) => cell.day < subject.onsetDate),
        after: cells.filter((cell) => cell.day >= subject.onsetDate),
      };
      const costBefore = perCount(sumUnits(halves.before.map((cell) => cell.cost)), days.before);
      const costAfter = perCount(sumUnits(halves.after.map((cell) => cell.cost)), days.after);
      return {
        status: statusOf(answer.truncated, cells.length),
        question: 'How did the cost of this element move, day by day?',
        finding: `On average ${shown(costBefore)} a day before and ${shown(costAfter)} a day since (${subject.basis}).`,
        facts: {
          'series.perDayBefore': unitsToText(costBefore),
          'series.perDayAfter': unitsToText(costAfter),
          'series.ratio': ratioOf(costAfter, costBefore),
          'series.daysBefore': days.before,
          'series.daysAfter': days.after,
          'series.daysActiveBefore': halves.before.filter(isActive).length,
          'series.daysActiveAfter': halves.after.filter(isActive).length,
        },
        source: `lake:${answer.queryId}`,
      };
    },
  });
}

/** A cut answer is never passed off as a whole one. */
export function statusOf(truncated: boolean, rows: number): 'truncated' | 'no_data' | 'answered' {
  if (truncated) return 'truncated';
  return rows === 0 ? 'no_data' : 'answered';
}

function isActive(cell: { readonly cost: string | null }): boolean {
  return cell.cost !== null && decimalUnits(cell.cost) !== 0n;
}
