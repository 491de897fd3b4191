import { decimalUnits, type CaseLake, type CostAnswer, type Tool } from '@counterfoil/core';
import { statusOf } from './daily-series.ts';
import { lakeTool } from './lake-tool.ts';
import { addDays, periodsOf, reader } from './subject.ts';

/** Days around the onset that are compared: what stopped or began further away has another reason. */
const NEIGHBOUR_DAYS = 7;
const NAMED_MAX = 20;

/** What stopped or began in the same account and region when the change began, e.g. an endpoint that was removed. */
export function companionsTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.companions',
    description:
      'Usage types of the same account and region that stopped or began with the change.',
    async read(subject, _lake, caseId) {
      const { after } = periodsOf(subject);
      const { subAccountId, regionId } = subject.element;
      const answer = await lake.query(caseId, {
        measures: ['ConsumedQuantity'],
        groupBy: ['usageType', 'day'],
        filter: {
          ...(subAccountId === undefined ? {} : { subAccountId: [subAccountId] }),
          ...(regionId === undefined ? {} : { regionId: [regionId] }),
          chargeCategory: ['Usage'],
        },
        fromDate: addDays(subject.onsetDate, -NEIGHBOUR_DAYS),
        toDate: after.toDate,
      });
      const { vanished, appeared } = changesOf(answer, subject.onsetDate);
      return {
        status: statusOf(answer.truncated, answer.rows.length),
        question: 'What else stopped or began in this account and region at the same time?',
        finding: `${vanished.length} usage types stopped and ${appeared.length} began.`,
        facts: {
          'companions.vanishedUsageTypes': vanished.slice(0, NAMED_MAX).join(' '),
          'companions.appearedUsageTypes': appeared.slice(0, NAMED_MAX).join(' '),
          'companions.vanishedCount': vanished.length,
          'companions.appearedCount': appeared.length,
        },
        source: `lake:${answer.queryId}`,
      };
    },
  });
}

/** Vanished: used before the onset, not on any day after the onset day itself. Appeared: the reverse. */
function changesOf(
  answer: CostAnswer,
  onsetDate: string,
): { readonly vanished: readonly string[]; readonly appeared: readonly string[] } {
  const read = reader(answer);
  const used = answer.rows.filter(
    (row) => decimalUnits(read(row, 'ConsumedQuantity') ?? '0') !== 0n,
  );
  const typesOn = (isWanted: (day: string) => boolean) =>
    new Set(
      used
        .filter((row) => isWanted(read(row, 'day') ?? ''))
        .map((row) => read(row, 'usageType') ?? ''),
    );
  const before = typesOn((day) => day < onsetDate);
  const after = typesOn((day) => day > onsetDate);
  const around = typesOn((day) => day >= onsetDate);
  return {
    vanished: [...before.difference(after)].toSorted(),
    appeared: [...around.difference(before)].toSorted(),
  };
}
