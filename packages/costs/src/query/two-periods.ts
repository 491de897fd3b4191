import type { CostQuery } from '@counterfoil/core';
import { daysBetween } from '../analysis/days.ts';
import type { CostColumn } from '../ingest/canonical.ts';
import type { Fragment } from './dimensions.ts';
import {
  readAmount,
  readCostColumn,
  readCount,
  readDimensions,
  readFilter,
  readFlag,
  readPeriod,
  readPlan,
  type Period,
} from './plan-fields.ts';
import { normalFilter, withinSql } from './selection.ts';

/** A question about the change of cost from one period to another. */
export interface ComparisonRequest {
  readonly measure: CostColumn;
  /** What the change is split by; empty for the whole. */
  readonly by: CostQuery['groupBy'];
  readonly filter: CostQuery['filter'];
  readonly before: Period;
  readonly after: Period;
  /** Compares the cost of a calendar day, so that periods of different length can be compared. */
  readonly perDay: boolean;
  /** Changes below this are counted, not listed. */
  readonly changeMin: string;
  readonly rowsMax: number;
}

const NAMES = [
  'measure',
  'by',
  'filter',
  'before',
  'after',
  'perDay',
  'changeMin',
  'rowsMax',
] as const;
const LISTED_MAX = 1_000;
const LISTED_DEFAULT = 20;

/** Reads a comparison from outside. `InputError` names the field that is wrong; all but the two periods may be left out. */
export function parseComparison(input: unknown): ComparisonRequest {
  const plan = readPlan(input, NAMES, 'comparison');
  const period = (value: unknown, name: string) =>
    readPeriod(readPlan(value, ['fromDate', 'toDate'], name), `${name}.`);
  return {
    measure: readCostColumn(plan.measure, 'EffectiveCost'),
    by: readDimensions(plan.by ?? []),
    filter: normalFilter(readFilter(plan.filter ?? {})),
    before: period(plan.before, 'before'),
    after: period(plan.after, 'after'),
    perDay: readFlag(plan.perDay, 'perDay'),
    changeMin: readAmount(plan.changeMin ?? '0', 'changeMin'),
    rowsMax: readCount(plan.rowsMax ?? LISTED_DEFAULT, 'rowsMax', { least: 1, most: LISTED_MAX }),
  };
}

/** Calendar days of both periods, which costs are divided by; 1 and 1 where they are not. */
export function divisorsOf({ perDay, before, after }: ComparisonRequest): {
  readonly before: bigint;
  readonly after: bigint;
} {
  const days = ({ fromDate, toDate }: Period) => BigInt(daysBetween(fromDate, toDate));
  return perDay ? { before: days(before), after: days(after) } : { before: 1n, after: 1n };
}

/** Columns `before` and `after` of a sum, and `rowsBefore` and `rowsAfter`; and the condition that a charge is in either. */
export function comparedSql(
  request: Pick<ComparisonRequest, 'before' | 'after'>,
  sums: readonly { readonly sql: string; readonly name: string }[],
): { readonly selected: Fragment; readonly where: Fragment } {
  const periods = [
    ['Before', withinSql(request.before)],
    ['After', withinSql(request.after)],
  ] as const;
  const columns = periods.flatMap(([suffix, within]) => [
    ...sums.map(({ sql, name }) => ({
      sql: `coalesce(sum(${sql}) FILTER (${within.sql}), 0) AS ${name}${suffix}`,
      parameters: within.parameters,
    })),
    { sql: `count(*) FILTER (${within.sql}) AS rows${suffix}`, parameters: within.parameters },
  ]);
  return {
    selected: {
      sql: columns.map(({ sql }) => sql).join(', '),
      parameters: columns.flatMap(({ parameters }) => parameters),
    },
    where: {
      sql: `(${periods.map(([, { sql }]) => sql).join(' OR ')})`,
      parameters: periods.flatMap(([, { parameters }]) => parameters),
    },
  };
}
