import type { DuckDBValue } from '@duckdb/node-api';
import type { CostBasis, CostElement } from '@counterfoil/core';
import type { DailySeries } from '../detection/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { daysBetween, daysFrom } from './days.ts';
import { itemsOf } from './lists.ts';
import { levelPlans, seriesSql, type LevelPlan } from './series-sql.ts';
import { spanOf } from './span.ts';
import { watchedTagKeys } from './tag-keys.ts';

/** Daily figures of one currency at every level of the hierarchy, on one axis of days. */
export interface SeriesSet {
  readonly days: readonly string[];
  /** Last day whose charges look complete. */
  readonly lastCompleteIndex: number;
  readonly series: readonly DailySeries[];
  /** Tag keys by whose values cost is watched too. */
  readonly tagKeys: readonly string[];
  /** First day after a gap, where usage before the gap was left out. */
  readonly leftOutBefore: string | null;
}

export interface SeriesRequest {
  readonly basis: CostBasis;
  readonly currency: string;
  /** Series that never reach this much on any day are left out: they cannot change by more. */
  readonly perDayMin: number;
}

/** Builds the series in one pass of SQL: usage cost, credits apart, and quantity where it has one unit. Null where there is no usage. */
export async function dailySeries(
  lake: ScopedLake,
  request: SeriesRequest,
): Promise<SeriesSet | null> {
  const { basis, currency, perDayMin } = request;
  const span = await spanOf(lake, currency);
  if (!span) return null;
  const { firstDay } = span;
  const days = daysFrom(firstDay, span.lastDay);
  const tagKeys = await watchedTagKeys(lake, { basis, currency, firstDay });
  const plans = levelPlans(tagKeys, await accountsIn(lake, currency));
  const columns = await lake.rows.columns(
    seriesSql({ basis, currency, perDayMin, firstDay, tagKeys, plans }),
  );
  return {
    days,
    lastCompleteIndex: daysBetween(firstDay, span.lastCompleteDay),
    series: seriesOf(columns, { plans, daysCount: days.length, tagsCount: tagKeys.length }),
    tagKeys,
    leftOutBefore: span.afterGap ? firstDay : null,
  };
}

async function accountsIn(lake: ScopedLake, currency: string): Promise<'one' | 'several'> {
  const rows = await lake.rows.rows({
    sql: `SELECT DISTINCT SubAccountId FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' LIMIT 2`,
    parameters: [currency],
  });
  return rows.length > 1 ? 'several' : 'one';
}

interface Layout {
  readonly plans: readonly LevelPlan[];
  readonly daysCount: number;
  readonly tagsCount: number;
}

function seriesOf(
  columns: readonly (readonly DuckDBValue[])[],
  { plans, daysCount, tagsCount }: Layout,
): readonly DailySeries[] {
  const keys = ['a', 's', 'r', 'u', ...Array.from({ length: tagsCount }, (_, at) => `t${at}`)];
  const [levels = []] = columns;
  const [dayLists, costLists, creditLists, quantityLists] = columns.slice(1 + keys.length);
  return levels.flatMap((levelAt, row) => {
    const plan = plans[Number(levelAt)];
    if (!plan) return [];
    const values = plan.columns.map((column) => {
      const value = columns[1 + keys.indexOf(column)]?.[row];
      return typeof value === 'string' ? value : '';
    });
    const days = itemsOf(dayLists?.[row]);
    const dense = (list: DuckDBValue | undefined) => denseDays(days, itemsOf(list), daysCount);
    const credits = creditLists?.[row] ?? null;
    const quantity = quantityLists?.[row] ?? null;
    if (isRepetition(plan, values, credits !== null)) return [];
    const element: CostElement = Object.fromEntries(
      plan.dimensions.map((dimension, at) => [dimension, values[at] ?? '']),
    );
    return [
      {
        element,
        level: plan.level,
        cost: dense(costLists?.[row]),
        ...(credits === null ? {} : { credits: dense(credits) }),
        ...(quantity === null ? {} : { quantity: dense(quantity) }),
      },
    ];
  });
}

/** A level whose own value is empty says nothing that the level above does not say, except for credits without a service. */
function isRepetition(
  { level }: LevelPlan,
  values: readonly string[],
  hasCredits: boolean,
): boolean {
  if (level === 'tag' || level === 'tag_service') return values[0] === '';
  return values.at(-1) === '' && !(level === 'account_service' && hasCredits);
}

function denseDays(
  days: readonly DuckDBValue[],
  values: readonly DuckDBValue[],
  daysCount: number,
): Float64Array {
  const dense = new Float64Array(daysCount);
  days.forEach((day, at) => (dense[Number(day)] = Number(values[at])));
  return dense;
}
