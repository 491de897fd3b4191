import { decimalUnits } from '@counterfoil/core';
import { changePercent, ratio } from '../analysis/decimal.ts';
import type { CostColumn } from '../ingest/canonical.ts';
import { amountText, divideRounded, magnitude, unitsOf } from '../query/amounts.ts';
import { dimensionSql, textOfGroup, type ColumnFragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import type { Period } from '../query/plan-fields.ts';
import { queryIdOf } from '../query/run-query.ts';
import { selectionSql } from '../query/selection.ts';
import { comparedSql, divisorsOf, type ComparisonRequest } from '../query/two-periods.ts';

/** A group whose cost differs between the periods. Money is plain decimals in the currency of the whole. */
export interface Mover {
  /** Value of each dimension; null where the charges have none. */
  readonly where: { readonly [dimension: string]: string | null };
  /** `new` and `vanished` have no charge at all in the other period. */
  readonly status: 'new' | 'vanished' | 'increased' | 'decreased' | 'unchanged';
  readonly before: string;
  readonly after: string;
  readonly change: string;
  /** Change in percent of what was before, one decimal; null where that is zero. */
  readonly changePercent: number | null;
  /** Share of the net change of the currency in percent, one decimal; above 100 where others offset it, null where there is no net change. */
  readonly sharePercent: number | null;
}

/** The movers of one currency, largest change first. */
export interface CurrencyMovers {
  readonly currency: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly changePercent: number | null;
  readonly movers: readonly Mover[];
  /** Groups that are not listed, for their size or their number, and what they add up to. */
  readonly rest: { readonly groupsCount: number; readonly change: string };
}

/** What moved between two periods. */
export interface MoversAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly measure: CostColumn;
  readonly by: readonly string[];
  readonly before: Period;
  readonly after: Period;
  readonly perDay: boolean;
  readonly currencies: readonly CurrencyMovers[];
}

/** Finds the groups whose cost changed most between two periods, in each currency apart; all sums are exact. */
export async function topMovers(
  lake: ScopedLake,
  request: ComparisonRequest,
): Promise<MoversAnswer> {
  const { columns: only, ...plan } = moversSql(request);
  const columns = await lake.rows.columns(plan, only);
  const rows = (columns[0] ?? []).map((_, at) => columns.map((column) => column[at]));
  const byCurrency = Map.groupBy(rows, ([currency]) => String(currency ?? ''));
  const { measure, by, before, after, perDay } = request;
  return {
    queryId: queryIdOf({ movers: request }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead: [...byCurrency.values()].reduce((sum, own) => sum + Number(own[0]?.[1] ?? 0), 0),
    measure,
    by,
    before,
    after,
    perDay,
    currencies: [...byCurrency].map(([currency, own]) => currencyMovers(currency, own, request)),
  };
}

/** Columns before the groups: currency, rows, groups, whole before and after, then of the group before, after and the rows of each. */
const HEAD = 9;

function moversSql(request: ComparisonRequest): ColumnFragment {
  const { by, filter, measure, changeMin, rowsMax } = request;
  const groups = by.map((name) => dimensionSql(name));
  const names = groups.map((_, at) => `g${at}`);
  const selection = selectionSql({ filter, groupBy: by });
  const compared = comparedSql(request, [{ sql: measure, name: 'cost' }]);
  const days = divisorsOf(request);
  // Both sides times the days of the other: the order of the costs of a day, without a division.
  const change = `abs(costAfter * ${days.before} - costBefore * ${days.after})`;
  const order = [`${change} DESC`, ...names.map((name) => `${name} NULLS FIRST`)].join(', ');
  return {
    sql: `, compared AS (
        SELECT BillingCurrency AS currency, ${[...groups.map(({ sql }, at) => `${sql} AS g${at}`), compared.selected.sql].join(', ')}
        FROM scoped WHERE ${compared.where.sql} AND ${selection.sql} GROUP BY ${['currency', ...names].join(', ')}
      )
      SELECT currency, sum(rowsBefore + rowsAfter) OVER whole, count(*) OVER whole, sum(costBefore) OVER whole, sum(costAfter) OVER whole,
        costBefore, costAfter, rowsBefore, rowsAfter${names.map((name) => `, ${name}`).join('')}
      FROM compared WINDOW whole AS (PARTITION BY currency)
      QUALIFY row_number() OVER (PARTITION BY currency ORDER BY ${order}) <= ${rowsMax} AND (${change} >= ?::DECIMAL(38, 18) * ${days.before * days.after}
        OR row_number() OVER (PARTITION BY currency ORDER BY ${order}) = 1)
      ORDER BY currency, ${order}`,
    parameters: [
      ...groups.flatMap((group) => group.parameters),
      ...compared.selected.parameters,
      ...compared.where.parameters,
      ...selection.parameters,
      changeMin,
    ],
    columns: [
      ...new Set([
        'BillingCurrency' as const,
        'ChargePeriodStart' as const,
        measure,
        ...[...groups, selection].flatMap((part) => part.columns),
      ]),
    ],
  };
}

function currencyMovers(
  currency: string,
  rows: readonly (readonly unknown[])[],
  request: ComparisonRequest,
): CurrencyMovers {
  const days = divisorsOf(request);
  const [, , groupsCount, wholeBefore, wholeAfter] = rows[0] ?? [];
  const before = divideRounded(unitsOf(wholeBefore), days.before);
  const after = divideRounded(unitsOf(wholeAfter), days.after);
  const change = after - before;
  const least = decimalUnits(request.changeMin);
  const moved = rows
    .map((row) => moverOf(row, request, change))
    .filter((mover) => mover.units !== 0n && magnitude(mover.units) >= least);
  const listed = moved.reduce((sum, { units }) => sum + units, 0n);
  return {
    currency,
    before: amountText(before),
    after: amountText(after),
    change: amountText(change),
    changePercent: changePercent(change, before),
    movers: moved.map(({ units: _, ...mover }) => mover),
    rest: { groupsCount: Number(groupsCount) - moved.length, change: amountText(change - listed) },
  };
}

function moverOf(
  row: readonly unknown[],
  request: ComparisonRequest,
  wholeChange: bigint,
): Mover & { readonly units: bigint } {
  const days = divisorsOf(request);
  const [costBefore, costAfter, rowsBefore, rowsAfter] = row.slice(5, HEAD);
  const before = divideRounded(unitsOf(costBefore), days.before);
  const after = divideRounded(unitsOf(costAfter), days.after);
  const units = after - before;
  const where = request.by.map((name, at) => [name, textOfGroup(name, row[HEAD + at])] as const);
  return {
    where: Object.fromEntries(where),
    status: statusOf(units, Number(rowsBefore), Number(rowsAfter)),
    before: amountText(before),
    after: amountText(after),
    change: amountText(units),
    changePercent: changePercent(units, before),
    sharePercent: wholeChange === 0n ? null : ratio(100n * units, wholeChange, 1),
    units,
  };
}

function statusOf(change: bigint, rowsBefore: number, rowsAfter: number): Mover['status'] {
  if (rowsBefore === 0) return 'new';
  if (rowsAfter === 0) return 'vanished';
  if (change === 0n) return 'unchanged';
  return change > 0n ? 'increased' : 'decreased';
}
