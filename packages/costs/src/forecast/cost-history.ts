import { LimitError, sumDecimals, type CostBasis, type CostElement } from '@counterfoil/core';
import { ORDINARY, spanOf } from '../analysis/span.ts';
import { addDays, daysBetween, daysFrom } from '../analysis/days.ts';
import { dimensionSql, filtersSql } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import type { ForecastRequest } from './parse-forecast-request.ts';

/** The complete days of one currency that a forecast is made from. */
export interface HistorySpan {
  readonly currency: string;
  readonly fromDate: string;
  readonly lastCompleteDate: string;
}

/** Daily usage cost of one group. */
export interface CostHistory {
  /** Value of the dimension; empty where the charges have none. */
  readonly value: string;
  /** One cell a day of the span. */
  readonly cost: Float64Array;
  /** Exact sum over the days from `date` on, as plain decimal. */
  actualFrom(date: string): string;
  /** Exact cost of single days, as plain decimals; days without any are missing. */
  readonly exact: ReadonlyMap<string, string>;
}

/** Older days say little of the next ones. */
const HISTORY_DAYS_MAX = 400;
const SERIES_MAX = 2_000;

/** The span of complete days; null where there is no usage in this currency. */
export async function historySpan(lake: ScopedLake, currency: string): Promise<HistorySpan | null> {
  const span = await spanOf(lake, currency);
  if (!span) return null;
  const { lastCompleteDay: lastCompleteDate } = span;
  const oldest = addDays(lastCompleteDate, 1 - HISTORY_DAYS_MAX);
  return {
    currency,
    fromDate: span.firstDay > oldest ? span.firstDay : oldest,
    lastCompleteDate,
  };
}

/**
 * Reads usage cost by day and group, largest group first, with the number of charges behind it. Credits, taxes, purchases and
 * corrections are left out: they are money, but do not go on from day to day. `LimitError` beyond 2,000 groups.
 */
export async function readHistory(
  lake: ScopedLake,
  { currency, fromDate, lastCompleteDate }: HistorySpan,
  what: {
    readonly basis: CostBasis;
    readonly by: ForecastRequest['by'];
    readonly element: CostElement;
  },
): Promise<{ readonly groups: readonly CostHistory[]; readonly rowsRead: number }> {
  const filter = filtersSql(
    Object.fromEntries(
      Object.entries(what.element).map(([name, value]) => [name, [value ?? '']] as const),
    ),
  );
  const group = what.by === null ? `''` : `coalesce(${dimensionSql(what.by).sql}, '')`;
  const rows = await lake.rows.rows({
    sql: `SELECT ${group} AS value, CAST(ChargePeriodStart AS DATE)::VARCHAR AS day, sum(${what.basis})::VARCHAR, count(*)
      FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY} AND ${filter.sql}
        AND ChargePeriodStart >= CAST(? AS TIMESTAMP) AND ChargePeriodStart < CAST(? AS TIMESTAMP)
      GROUP BY value, day ORDER BY value, day`,
    parameters: [currency, ...filter.parameters, fromDate, addDays(lastCompleteDate, 1)],
  });
  const byValue = new Map<string, Map<string, string>>();
  let rowsRead = 0;
  for (const [value, day, cost, count] of rows) {
    const days = byValue.get(value ?? '') ?? new Map<string, string>();
    days.set(day ?? '', cost ?? '0');
    byValue.set(value ?? '', days);
    rowsRead += Number(count);
  }
  if (byValue.size > SERIES_MAX) {
    throw new LimitError('SERIES_COUNT', `there are more than ${SERIES_MAX} groups to forecast`, {
      remedy: 'forecast by another dimension, or without one',
    });
  }
  const daysCount = daysFrom(fromDate, lastCompleteDate).length;
  const groups = [...byValue].map(([value, exact]) => {
    const cost = new Float64Array(daysCount);
    for (const [day, amount] of exact) cost[daysBetween(fromDate, day)] = Number(amount);
    const actualFrom = (date: string) =>
      sumDecimals([...exact].filter(([day]) => day >= date).map(([, amount]) => amount));
    return { value, cost, exact, actualFrom };
  });
  const size = (history: CostHistory) =>
    history.cost.reduce((sum, cost) => sum + Math.abs(cost), 0);
  return { groups: groups.toSorted((a, b) => size(b) - size(a)), rowsRead };
}
