import {
  decimalUnits,
  type CaseLake,
  type CostAnswer,
  type CostQuery,
  type Tool,
} from '@counterfoil/core';
import { statusOf } from './daily-series.ts';
import { lakeTool } from './lake-tool.ts';
import { addDays, periodsOf, reader, type Subject } from './subject.ts';

/** Days before the onset that are looked at: what stopped earlier has another reason. */
const NEIGHBOUR_DAYS = 7;
const NAMED_MAX = 20;

/** What stopped or began in the same account and region when the change began, e.g. an endpoint that was removed. */
export function companionsTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.companions',
    description:
      'Usage types of the same account and region, and resources of the same service, that stopped or began with the change.',
    async read(subject, _lake, caseId) {
      const wide = await lake.query(caseId, queryOf(subject, { groupBy: ['usageType', 'day'] }));
      // Within one service each resource counts by itself: one of many endpoints may have gone.
      const { serviceName } = subject.element;
      const narrow = await lake.query(
        caseId,
        queryOf(subject, { groupBy: ['usageType', 'resourceId', 'day'], serviceName }),
      );
      const vanished = union(wide, narrow, (answer) => changesOf(answer, subject).vanished);
      const appeared = union(wide, narrow, (answer) => changesOf(answer, subject).appeared);
      return {
        status: statusOf(wide.truncated || narrow.truncated, wide.rows.length),
        question: 'What else stopped or began in this account and region at the same time?',
        finding: `${vanished.length} usage types stopped and ${appeared.length} began, for the account or for one resource.`,
        facts: {
          'companions.vanishedUsageTypes': vanished.slice(0, NAMED_MAX).join(' '),
          'companions.appearedUsageTypes': appeared.slice(0, NAMED_MAX).join(' '),
          'companions.vanishedCount': vanished.length,
          'companions.appearedCount': appeared.length,
        },
        source: `lake:${wide.queryId}`,
      };
    },
  });
}

function queryOf(
  subject: Subject,
  wanted: Pick<CostQuery, 'groupBy'> & { readonly serviceName?: string | undefined },
): CostQuery {
  const { subAccountId, regionId } = subject.element;
  const { serviceName } = wanted;
  return {
    measures: ['ConsumedQuantity'],
    groupBy: wanted.groupBy,
    filter: {
      ...(subAccountId === undefined ? {} : { subAccountId: [subAccountId] }),
      ...(regionId === undefined ? {} : { regionId: [regionId] }),
      ...(serviceName === undefined ? {} : { serviceName: [serviceName] }),
      chargeCategory: ['Usage'],
    },
    fromDate: addDays(subject.onsetDate, -NEIGHBOUR_DAYS),
    toDate: periodsOf(subject).after.toDate,
  };
}

interface Use {
  readonly key: string;
  readonly usageType: string;
  readonly day: string;
}

/**
 * Vanished: used before the onset, not on any later day (the onset day itself is mixed, and counts only where it is the
 * last). Appeared: the reverse. As usage types.
 */
function changesOf(
  answer: CostAnswer,
  { onsetDate, lastDate }: Subject,
): { readonly vanished: ReadonlySet<string>; readonly appeared: ReadonlySet<string> } {
  const read = reader(answer);
  const uses = answer.rows
    .filter((row) => decimalUnits(read(row, 'ConsumedQuantity') ?? '0') !== 0n)
    .map((row): Use => {
      const usageType = read(row, 'usageType') ?? '';
      const key = `${usageType} ${read(row, 'resourceId') ?? ''}`;
      return { key, usageType, day: read(row, 'day') ?? '' };
    });
  const keysOn = (isWanted: (day: string) => boolean) =>
    new Set(uses.filter((use) => isWanted(use.day)).map((use) => use.key));
  const before = keysOn((day) => day < onsetDate);
  const after = keysOn((day) => (lastDate > onsetDate ? day > onsetDate : day >= onsetDate));
  const since = keysOn((day) => day >= onsetDate);
  const typesOf = (keys: ReadonlySet<string>) =>
    new Set(uses.filter((use) => keys.has(use.key)).map((use) => use.usageType));
  return {
    vanished: typesOf(before.difference(after)),
    appeared: typesOf(since.difference(before)),
  };
}

function union(
  wide: CostAnswer,
  narrow: CostAnswer,
  choose: (answer: CostAnswer) => ReadonlySet<string>,
): readonly string[] {
  return [...choose(wide).union(choose(narrow))].toSorted();
}
