import type { CostQuery } from '@counterfoil/core';
import type { CostColumn } from '../ingest/canonical.ts';
import { amountText, divideRounded, unitsOf } from '../query/amounts.ts';
import type { ColumnFragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import {
  readAmount,
  readCostColumn,
  readCount,
  readFilter,
  readPeriod,
  readPlan,
  type Period,
} from '../query/plan-fields.ts';
import { queryIdOf } from '../query/run-query.ts';
import { normalFilter, selectionSql } from '../query/selection.ts';

/** A question for resources that came or went within a period. */
export interface ResourcesRequest extends Period {
  readonly measure: CostColumn;
  readonly filter: CostQuery['filter'];
  /** Resources that cost less on a day that they were charged are counted, not listed. */
  readonly costPerDayMin: string;
  /** A resource has gone once it was not charged for so many days of the data: the newest days may still be incomplete. */
  readonly quietDaysMin: number;
  readonly rowsMax: number;
}

/** A resource that was first or last charged within the period. Money is plain decimals in the currency of the whole. */
export interface ResourceChange {
  /** `short_lived` came and went within the period. */
  readonly status: 'new' | 'vanished' | 'short_lived';
  readonly resourceId: string;
  readonly resourceName: string | null;
  readonly subAccountId: string | null;
  readonly regionId: string | null;
  /** Services that charged for it, sorted. */
  readonly serviceNames: readonly string[];
  /** Over all data of the scope, not of the period alone. */
  readonly firstDate: string;
  readonly lastDate: string;
  readonly daysCharged: number;
  readonly cost: string;
  /** Cost by the days on which it was charged. */
  readonly costPerDay: string;
}

/** The resources of one currency. */
export interface CurrencyResources {
  readonly currency: string;
  /** Dearest a day first. */
  readonly resources: readonly ResourceChange[];
  /** All that are at or above the threshold, listed or not. */
  readonly counts: {
    readonly new: number;
    readonly vanished: number;
    readonly short_lived: number;
  };
  readonly belowThresholdCount: number;
}

/** Resources that came or went within a period. */
export interface ResourcesAnswer extends Period {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly measure: CostColumn;
  /** First and last day of the data that was looked at; what was there on the first day is never called new. */
  readonly historyFromDate: string | null;
  readonly historyToDate: string | null;
  readonly currencies: readonly CurrencyResources[];
}

const NAMES = [
  'measure',
  'filter',
  'fromDate',
  'toDate',
  'costPerDayMin',
  'quietDaysMin',
  'rowsMax',
] as const;
const LISTED_MAX = 1_000;
const LISTED_DEFAULT = 50;
const QUIET_DAYS_DEFAULT = 2;
const QUIET_DAYS_MAX = 31;

/** Reads a question for resources from outside; `InputError` names the field that is wrong. */
export function parseResourcesRequest(input: unknown): ResourcesRequest {
  const plan = readPlan(input, NAMES, 'question for resources');
  return {
    measure: readCostColumn(plan.measure, 'EffectiveCost'),
    filter: normalFilter(readFilter(plan.filter ?? {})),
    ...readPeriod(plan),
    costPerDayMin: readAmount(plan.costPerDayMin ?? '1', 'costPerDayMin'),
    quietDaysMin: readCount(plan.quietDaysMin ?? QUIET_DAYS_DEFAULT, 'quietDaysMin', {
      least: 1,
      most: QUIET_DAYS_MAX,
    }),
    rowsMax: readCount(plan.rowsMax ?? LISTED_DEFAULT, 'rowsMax', { least: 1, most: LISTED_MAX }),
  };
}

/**
 * Finds resources whose first charge, last charge or both lie within the period, in each currency apart. First and last are told by all
 * charges of the scope that the filter takes, so a resource that was merely idle at the start of the period is not new.
 */
export async function resourceChanges(
  lake: ScopedLake,
  request: ResourcesRequest,
): Promise<ResourcesAnswer> {
  const { columns: only, ...plan } = resourcesSql(request);
  const columns = await lake.rows.columns(plan, only);
  const rows = (columns[0] ?? []).map((_, at) => columns.map((column) => column[at]));
  const { measure, fromDate, toDate } = request;
  const [first] = rows;
  const text = (at: number) => (first?.[at] == null ? null : String(first[at]));
  return {
    queryId: queryIdOf({ resources: request }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead: Number(first?.[0] ?? 0),
    measure,
    fromDate,
    toDate,
    historyFromDate: text(1),
    historyToDate: text(2),
    currencies: [...Map.groupBy(rows, (row) => row[3])]
      .filter(([currency]) => currency !== null)
      .map(([currency, own]) => currencyResources(String(currency), own)),
  };
}

/** Columns before those of a resource: rows read, first and last day of the data, currency, counts. */
const HEAD = 8;

function resourcesSql(request: ResourcesRequest): ColumnFragment {
  const { filter, measure, fromDate, toDate, quietDaysMin, costPerDayMin, rowsMax } = request;
  const selection = selectionSql({ filter, groupBy: [] });
  const order = 'cost / days DESC, resource, account NULLS FIRST';
  return {
    // The span comes along even where no resource does, so the answer can say what was looked at.
    sql: `, chosen AS (SELECT * FROM scoped WHERE ${selection.sql}),
      span AS (SELECT count(*) AS n, CAST(min(ChargePeriodStart) AS DATE) AS firstDay, CAST(max(ChargePeriodStart) AS DATE) AS lastDay FROM chosen),
      lives AS (
        SELECT BillingCurrency AS currency, SubAccountId AS account, ResourceId AS resource, max(ResourceName) AS name, min(RegionId) AS region,
          list_sort(list(DISTINCT ServiceName) FILTER (ServiceName IS NOT NULL)) AS services,
          CAST(min(ChargePeriodStart) AS DATE) AS firstDate, CAST(max(ChargePeriodStart) AS DATE) AS lastDate,
          count(DISTINCT CAST(ChargePeriodStart AS DATE)) AS days, coalesce(sum(${measure}), 0) AS cost
        FROM chosen WHERE ResourceId IS NOT NULL GROUP BY currency, account, resource
      ), judged AS (
        SELECT *, firstDate >= CAST(? AS DATE) AND firstDate < CAST(? AS DATE) AND firstDate > firstDay AS came,
          lastDate >= CAST(? AS DATE) AND lastDate < CAST(? AS DATE) AND lastDate + ${quietDaysMin} <= lastDay AS went,
          cost >= ?::DECIMAL(38, 18) * days AS large
        FROM lives, span
      ), told AS (
        SELECT *, CASE WHEN came AND went THEN 'short_lived' WHEN came THEN 'new' ELSE 'vanished' END AS status FROM judged WHERE came OR went
      ), counted AS (
        SELECT *, count(*) FILTER (large AND status = 'new') OVER own AS newCount, count(*) FILTER (large AND status = 'vanished') OVER own AS vanishedCount,
          count(*) FILTER (large AND status = 'short_lived') OVER own AS shortCount, count(*) FILTER (NOT large) OVER own AS smallCount,
          row_number() OVER (PARTITION BY currency ORDER BY large DESC, ${order}) AS place
        FROM told WINDOW own AS (PARTITION BY currency)
      )
      SELECT span.n, span.firstDay, span.lastDay, currency, newCount, vanishedCount, shortCount, smallCount,
        large, status, resource, name, account, region, services, firstDate, lastDate, days, cost
      FROM span LEFT JOIN counted ON place <= ${rowsMax} ORDER BY currency, place`,
    parameters: [...selection.parameters, fromDate, toDate, fromDate, toDate, costPerDayMin],
    columns: [
      ...new Set([
        'BillingCurrency' as const,
        'ChargePeriodStart' as const,
        'SubAccountId' as const,
        'ResourceId' as const,
        'ResourceName' as const,
        'RegionId' as const,
        'ServiceName' as const,
        measure,
        ...selection.columns,
      ]),
    ],
  };
}

function currencyResources(
  currency: string,
  rows: readonly (readonly unknown[])[],
): CurrencyResources {
  const [came, went, both, small] = (rows[0] ?? []).slice(4, HEAD).map(Number);
  return {
    currency,
    resources: rows.filter((row) => row[HEAD] === true).map(resourceOf),
    counts: { new: came ?? 0, vanished: went ?? 0, short_lived: both ?? 0 },
    belowThresholdCount: small ?? 0,
  };
}

function resourceOf(row: readonly unknown[]): ResourceChange {
  const [status, resource, name, account, region, services, first, last, days, cost] = row.slice(
    HEAD + 1,
  );
  const text = (value: unknown) => (value === null ? null : String(value));
  const units = unitsOf(cost);
  return {
    status: status as ResourceChange['status'],
    resourceId: String(resource),
    resourceName: text(name),
    subAccountId: text(account),
    regionId: text(region),
    serviceNames: ((services as { readonly items?: readonly unknown[] } | null)?.items ?? []).map(
      String,
    ),
    firstDate: String(first),
    lastDate: String(last),
    daysCharged: Number(days),
    cost: amountText(units),
    costPerDay: amountText(divideRounded(units, BigInt(days as bigint))),
  };
}
