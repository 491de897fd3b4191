import type { CostQuery } from '@counterfoil/core';
import {
  malformed,
  readFilter,
  readGroups,
  readMeasure,
  readPeriod,
  readPlan,
  readRowsMax,
  readTexts,
} from './plan-fields.ts';

const NAMES = ['measures', 'groupBy', 'filter', 'fromDate', 'toDate', 'rowsMax'] as const;

/** Reads a query from outside. Fails with `InputError` naming the field for anything that is not exactly a `CostQuery` within its limits. */
export function parseCostQuery(input: unknown): CostQuery {
  const query = readPlan(input, NAMES);
  const measures = readTexts(query.measures, 'measures').map(readMeasure);
  const [first, ...rest] = [...new Set(measures)];
  if (first === undefined) throw malformed('measures', 'must name at least one measure');
  return {
    measures: [first, ...rest],
    groupBy: readGroups(query.groupBy),
    filter: readFilter(query.filter ?? {}),
    ...readPeriod(query),
    ...(query.rowsMax === undefined ? {} : { rowsMax: readRowsMax(query.rowsMax) }),
  };
}
