import { decimalUnits, type CaseLake, type Tool } from '@counterfoil/core';
import { statusOf } from './daily-series.ts';
import { perCount, ratioOf, shown, sumUnits, unitsToText } from './decimals.ts';
import { lakeTool } from './lake-tool.ts';
import { daysWithData, periodsOf, reader } from './subject.ts';

/** Whether credits moved: a credit that ends looks like a dearer bill although nothing more was used. */
export function creditsTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.credits',
    description: 'Credits of the account before and after the change, apart from usage.',
    async read(subject, _lake, caseId) {
      const { before, after } = periodsOf(subject);
      const { subAccountId, serviceName } = subject.element;
      const days = await daysWithData(lake, caseId, subject);
      const answer = await lake.query(caseId, {
        measures: ['BilledCost'],
        groupBy: ['day'],
        filter: {
          ...(subAccountId === undefined ? {} : { subAccountId: [subAccountId] }),
          ...(serviceName === undefined ? {} : { serviceName: [serviceName] }),
          chargeCategory: ['Credit'],
        },
        fromDate: before.fromDate,
        toDate: after.toDate,
      });
      const read = reader(answer);
      const sumOf = (isWanted: (day: string) => boolean) =>
        sumUnits(
          answer.rows
            .filter((row) => isWanted(read(row, 'day') ?? ''))
            .map((row) => read(row, 'BilledCost')),
        );
      const perDayBefore = perCount(
        sumOf((day) => day < subject.onsetDate),
        days.before,
      );
      const perDayAfter = perCount(
        sumOf((day) => day >= subject.onsetDate),
        days.after,
      );
      const change = perDayAfter - perDayBefore;
      return {
        // No credit at all is an answer: it rules credits out.
        status: answer.truncated ? statusOf(true, 0) : 'answered',
        question: 'Did credits change, apart from usage?',
        finding: `Credits (BilledCost) were ${shown(perDayBefore)} a day before and ${shown(perDayAfter)} a day since.`,
        facts: {
          'credits.perDayBefore': unitsToText(perDayBefore),
          'credits.perDayAfter': unitsToText(perDayAfter),
          'credits.changePerDay': unitsToText(change),
          'credits.shareOfImpact': shareOf(change, subject.impactPerDay),
        },
        source: `lake:${answer.queryId}`,
      };
    },
  });
}

function shareOf(change: bigint, impactPerDay: string | undefined): number | null {
  if (change === 0n) return 0;
  return impactPerDay === undefined ? null : ratioOf(change, decimalUnits(impactPerDay));
}
