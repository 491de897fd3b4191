import { decimalUnits, type CaseLake, type Tool } from '@counterfoil/core';
import { statusOf } from './daily-series.ts';
import { ratioOf, sumUnits } from './decimals.ts';
import { lakeTool } from './lake-tool.ts';
import { periodsOf, reader, usageFilter, type Subject } from './subject.ts';

const HOURS = /^(hrs?|hours?)$/i;

interface Cell {
  readonly resourceId: string;
  readonly day: string;
  readonly cost: string | null;
  readonly quantity: string | null;
  readonly unit: string;
}

/** When the resources behind the change were first and last seen, and whether they ran around the clock. */
export function resourceLifetimesTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.resource_lifetimes',
    description: 'First and last day of the resources behind an element, and their hours a day.',
    async read(subject, _lake, caseId) {
      const { before, after } = periodsOf(subject);
      const answer = await lake.query(caseId, {
        measures: [subject.basis, 'ConsumedQuantity'],
        groupBy: ['resourceId', 'day', 'pricingUnit'],
        filter: { ...usageFilter(subject.element), resourceId: subject.resourceIds },
        fromDate: before.fromDate,
        toDate: after.toDate,
      });
      const read = reader(answer);
      const cells = answer.rows
        .map((row) => ({
          resourceId: read(row, 'resourceId') ?? '',
          day: read(row, 'day') ?? '',
          cost: read(row, subject.basis),
          quantity: read(row, 'ConsumedQuantity'),
          unit: read(row, 'pricingUnit') ?? '',
        }))
        .filter((cell) => cell.resourceId !== '');
      const facts = factsOf(cells, subject);
      return {
        status: statusOf(answer.truncated, cells.length),
        question: 'Since when do the resources behind the change exist?',
        finding: `First seen on ${subject.onsetDate} or later: ${facts['resources.newCount']} of ${facts['resources.count']}.`,
        facts,
        source: `lake:${answer.queryId}`,
      };
    },
  });
}

function factsOf(cells: readonly Cell[], subject: Subject) {
  const byResource = Map.groupBy(cells, (cell) => cell.resourceId);
  const isNew = (id: string) =>
    (byResource.get(id) ?? []).every((cell) => cell.day >= subject.onsetDate);
  const newIds = new Set([...byResource.keys()].filter(isNew));
  const costAfter = cells.filter((cell) => cell.day >= subject.onsetDate);
  const costOfNew = costAfter.filter((cell) => newIds.has(cell.resourceId));
  const days = cells.map((cell) => cell.day).toSorted();
  return {
    'resources.count': byResource.size,
    'resources.newCount': newIds.size,
    'resources.newIds': [...newIds].toSorted().join(' '),
    'resources.newShare': ratioOf(
      sumUnits(costOfNew.map((cell) => cell.cost)),
      sumUnits(costAfter.map((cell) => cell.cost)),
    ),
    'resources.firstSeenDate': days[0] ?? null,
    'resources.lastSeenDate': days.at(-1) ?? null,
    'resources.hoursPerDayMin': hoursPerDayMin(costAfter, byResource, subject),
  };
}

/** The first day of a resource is rarely a full one, so it does not count, nor does its last. */
function hoursPerDayMin(
  cellsAfter: readonly Cell[],
  byResource: ReadonlyMap<string, readonly Cell[]>,
  subject: Subject,
): number | null {
  if (cellsAfter.length === 0 || cellsAfter.some((cell) => !HOURS.test(cell.unit))) return null;
  const fullDays = cellsAfter.filter((cell) => {
    const days = (byResource.get(cell.resourceId) ?? []).map((one) => one.day).toSorted();
    return cell.day !== days[0] && (cell.day !== days.at(-1) || cell.day === subject.lastDate);
  });
  const hours = fullDays.map(
    (cell) => Number(decimalUnits(cell.quantity ?? '0') / 10n ** 14n) / 1e4,
  );
  return hours.length === 0 ? null : Math.min(...hours);
}
