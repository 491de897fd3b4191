import type { CostBasis, CostElement } from '@counterfoil/core';
import type { DailySeries, SeriesLevel } from '../detection/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { daysBetween, daysFrom } from './days.ts';

/** Daily figures of one currency at every level of the hierarchy, on one axis of days. */
export interface SeriesSet {
  readonly days: readonly string[];
  /** Last day whose charges look complete. */
  readonly lastCompleteIndex: number;
  readonly series: readonly DailySeries[];
  /** First day after a gap, where usage before the gap was left out. */
  readonly leftOutBefore: string | null;
}

export interface SeriesRequest {
  readonly basis: CostBasis;
  readonly currency: string;
  /** Series that never reach this much on any day are left out: they cannot change by more. */
  readonly perDayMin: number;
}

/** A last day with fewer rows than this share of the week before is taken as not yet complete. */
const COMPLETE_ROWS_SHARE_MIN = 0.5;

/** So many days without any usage end a history: what lies before is a stray row, or another export. */
const GAP_DAYS_MIN = 7;

/** Corrections restate days long past: they are money, but no behaviour. */
export const ORDINARY = `ChargeClass IS DISTINCT FROM 'Correction'`;

const LEVELS: readonly (readonly [SeriesLevel, readonly (keyof CostElement)[]])[] = [
  ['account', ['subAccountId']],
  ['account_service', ['subAccountId', 'serviceName']],
  ['account_service_region', ['subAccountId', 'serviceName', 'regionId']],
  ['account_service_region_usage', ['subAccountId', 'serviceName', 'regionId', 'usageType']],
];

/** Builds the series in one pass of SQL: usage cost, credits apart, and quantity where it has one unit. Null where there is no usage. */
export async function dailySeries(
  lake: ScopedLake,
  request: SeriesRequest,
): Promise<SeriesSet | null> {
  const span = await spanOf(lake, request.currency);
  if (!span) return null;
  const days = daysFrom(span.firstDay, span.lastDay);
  const [level, account, service, region, usage, day, cost, credits, quantity] =
    await lake.rows.columns({
      sql: seriesSql(request.basis),
      parameters: [request.currency, span.firstDay, request.perDayMin],
    });
  const builder = seriesBuilder(days.length);
  for (let at = 0; at < (level?.length ?? 0); at++) {
    const values = [account?.[at], service?.[at], region?.[at], usage?.[at]].map((value) =>
      typeof value === 'string' ? value : null,
    );
    const index = daysBetween(span.firstDay, String(day?.[at]));
    const consumed = quantity?.[at];
    builder.add(Number(level?.[at]), values, {
      index,
      cost: Number(cost?.[at] ?? 0),
      credits: Number(credits?.[at] ?? 0),
      quantity: typeof consumed === 'number' ? consumed : null,
    });
  }
  return {
    days,
    lastCompleteIndex: days.length - 1 - (span.lastDayComplete ? 0 : 1),
    series: builder.series(),
    leftOutBefore: span.afterGap ? span.firstDay : null,
  };
}

function seriesSql(basis: CostBasis): string {
  return `, daily AS (
    SELECT SubAccountId AS a, coalesce(ServiceName, '') AS s, coalesce(RegionId, '') AS r, coalesce(x_UsageType, '') AS u,
      CAST(ChargePeriodStart AS DATE) AS day, sum(${basis}) FILTER (ChargeCategory = 'Usage') AS cost,
      sum(${basis}) FILTER (ChargeCategory = 'Credit') AS credits, sum(ConsumedQuantity) FILTER (ChargeCategory = 'Usage') AS quantity,
      min(ConsumedUnit) FILTER (ChargeCategory = 'Usage') AS unitMin, max(ConsumedUnit) FILTER (ChargeCategory = 'Usage') AS unitMax
    FROM scoped WHERE BillingCurrency = ? AND ChargeCategory IN ('Usage', 'Credit') AND ${ORDINARY}
      AND ChargePeriodStart >= CAST(? AS TIMESTAMP) GROUP BY ALL
  ), levelled AS (
    SELECT a, s, r, u, day, sum(cost)::DOUBLE AS cost, sum(credits)::DOUBLE AS credits, sum(quantity)::DOUBLE AS quantity,
      min(unitMin) AS unitMin, max(unitMax) AS unitMax, 3 - (GROUPING(s) + GROUPING(r) + GROUPING(u)) AS level
    FROM daily GROUP BY GROUPING SETS ((a, day), (a, s, day), (a, s, r, day), (a, s, r, u, day))
  )
  SELECT level::INTEGER, a, s, r, u, day::VARCHAR, coalesce(cost, 0), coalesce(credits, 0),
    CASE WHEN min(unitMin) OVER series IS NOT DISTINCT FROM max(unitMax) OVER series THEN quantity END
  FROM levelled
  WINDOW series AS (PARTITION BY level, a, s, r, u)
  QUALIFY max(greatest(abs(coalesce(cost, 0)), abs(coalesce(credits, 0)))) OVER series >= ?
  ORDER BY level, a, s, r, u, day`;
}

interface Cell {
  readonly index: number;
  readonly cost: number;
  readonly credits: number;
  readonly quantity: number | null;
}

interface OpenSeries {
  readonly level: number;
  readonly values: readonly (string | null)[];
  readonly cost: Float64Array;
  readonly credits: Float64Array;
  readonly quantity: Float64Array;
  hasCredits: boolean;
  hasQuantity: boolean;
}

/** Collects sparse cells, which come ordered by series, into dense days. */
function seriesBuilder(daysCount: number) {
  const all: OpenSeries[] = [];
  let open: OpenSeries | undefined;
  return {
    add(level: number, values: readonly (string | null)[], cell: Cell) {
      if (!open || open.level !== level || open.values.some((value, at) => value !== values[at])) {
        open = {
          level,
          values,
          cost: new Float64Array(daysCount),
          credits: new Float64Array(daysCount),
          quantity: new Float64Array(daysCount),
          hasCredits: false,
          hasQuantity: true,
        };
        all.push(open);
      }
      open.cost[cell.index] = cell.cost;
      open.credits[cell.index] = cell.credits;
      open.quantity[cell.index] = cell.quantity ?? 0;
      open.hasCredits ||= cell.credits !== 0;
      open.hasQuantity &&= cell.quantity !== null || cell.cost === 0;
    },
    series: () => all.flatMap(finished),
  };
}

/** A level whose own value is empty says nothing that the level above does not say, except for credits without a service. */
function finished(open: OpenSeries): readonly DailySeries[] {
  const [level, dimensions] = LEVELS[open.level] ?? LEVELS[0] ?? ['account', []];
  if (open.values[open.level] === '' && !(level === 'account_service' && open.hasCredits))
    return [];
  const element: CostElement = Object.fromEntries(
    dimensions.map((dimension, at) => [dimension, open.values[at] ?? '']),
  );
  return [
    {
      element,
      level: level as SeriesLevel,
      cost: open.cost,
      ...(open.hasCredits ? { credits: open.credits } : {}),
      ...(open.hasQuantity ? { quantity: open.quantity } : {}),
    },
  ];
}

/** The newest unbroken history of usage. */
export interface Span {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly lastDayComplete: boolean;
  readonly afterGap: boolean;
}

/**
 * First and last day of the newest unbroken history of usage. The last day counts as complete unless hourly charges stop before its end, or it
 * has far fewer rows than the days before it: exports are delivered while a day is still being billed.
 */
export async function spanOf(lake: ScopedLake, currency: string): Promise<Span | null> {
  const rows = await lake.rows.rows({
    sql: `SELECT CAST(ChargePeriodStart AS DATE)::VARCHAR AS day, count(*),
        (max(ChargePeriodEnd) >= CAST(ChargePeriodStart AS DATE) + INTERVAL 1 DAY)::VARCHAR
      FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY}
      GROUP BY CAST(ChargePeriodStart AS DATE) ORDER BY day`,
    parameters: [currency],
  });
  const last = rows.at(-1);
  if (!last) return null;
  const days = rows.map((row) => row[0] ?? '');
  const afterGap = days.findLastIndex(
    (day, at) => at > 0 && daysBetween(days[at - 1] ?? day, day) > GAP_DAYS_MIN,
  );
  const before = rows.slice(-8, -1).map((row) => Number(row[1]));
  const usual = before.toSorted((a, b) => a - b)[Math.floor(before.length / 2)] ?? 0;
  const enoughRows = Number(last[1]) >= COMPLETE_ROWS_SHARE_MIN * usual;
  return {
    firstDay: days[Math.max(0, afterGap)] ?? '',
    afterGap: afterGap > 0,
    lastDay: days.at(-1) ?? '',
    lastDayComplete: rows.length === 1 || (last[2] === 'true' && enoughRows),
  };
}
