import type { CostBasis } from '@counterfoil/core';
import {
  detectHourly,
  type DetectedAnomaly,
  type HourlySeries,
  type PlannedActivity,
} from '../detection/index.ts';
import { agree, covers } from '../detection/element.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { itemsOf } from './lists.ts';
import { ORDINARY } from './span.ts';

/** Hours before these teach nothing more. */
const HISTORY_DAYS = 70;
/** Less than three weeks teach no hour of the week. */
const HISTORY_DAYS_MIN = 21;
/** Charges come by the hour when most of the newest week's do. */
const HOURLY_SHARE_MIN = 0.5;
/** A young hour with fewer rows than this share of the same hour of the days before is not complete. */
const COMPLETE_ROWS_SHARE_MIN = 0.8;
const LATE_HOURS_MAX = 72;

/** What the hours of a version show. */
export interface HourlyFindings {
  readonly seriesCount: number;
  /** Start of the last hour judged, an ISO instant; null where charges do not come by the hour. */
  readonly lastCompleteHour: string | null;
  /** Puts the findings to the daily ones: what both show is stated once, with its hour. */
  mergedWith(daily: readonly DetectedAnomaly[]): readonly DetectedAnomaly[];
}

interface HourlyRequest {
  readonly basis: CostBasis;
  readonly currency: string;
  readonly perDayMin: number;
  /** Axis of the daily series. */
  readonly days: readonly string[];
  readonly planned: readonly PlannedActivity[];
}

const NONE: HourlyFindings = {
  seriesCount: 0,
  lastCompleteHour: null,
  mergedWith: (daily) => daily,
};

/** Looks at the newest weeks by the hour, where charges come by the hour. */
export async function hourlyAnomalies(
  lake: ScopedLake,
  request: HourlyRequest,
): Promise<HourlyFindings> {
  const days = request.days.slice(-HISTORY_DAYS);
  const [firstDay = ''] = days;
  const { currency } = request;
  if (days.length < HISTORY_DAYS_MIN) return NONE;
  const counts = await hourlyCounts(lake, { currency, firstDay });
  if (!counts) return NONE;
  const lastCompleteHour = lastComplete(counts);
  const series = await hourlySeries(lake, { ...request, firstDay, hoursCount: days.length * 24 });
  const found = detectHourly({
    days,
    lastCompleteHour,
    series,
    planned: request.planned,
    impactMin: request.perDayMin,
  });
  const offset = request.days.length - days.length;
  const onAxis = found.map((one) => ({
    ...one,
    onsetIndex: one.onsetIndex + offset,
    lastIndex: one.lastIndex + offset,
  }));
  return {
    seriesCount: series.length,
    lastCompleteHour: new Date(
      Date.parse(`${firstDay}T00:00:00Z`) + lastCompleteHour * 3_600_000,
    ).toISOString(),
    mergedWith: (daily) => merged(daily, onAxis),
  };
}

/** What an hourly and a daily reading share is one anomaly: the daily figures, and the hour of the onset. */
function merged(
  daily: readonly DetectedAnomaly[],
  hourly: readonly DetectedAnomaly[],
): readonly DetectedAnomaly[] {
  const fresh = hourly.filter((one) => !daily.some((other) => isSame(other, one)));
  const dated = daily.map((one) => {
    const twin = hourly.find(
      (other) =>
        isSame(one, other) &&
        other.onsetIndex === one.onsetIndex &&
        covers(other.element, one.element),
    );
    return twin?.onsetHour === undefined ? one : { ...one, onsetHour: twin.onsetHour };
  });
  return [...dated, ...fresh].toSorted((a, b) => Math.abs(b.impactTotal) - Math.abs(a.impactTotal));
}

function isSame(daily: DetectedAnomaly, hourly: DetectedAnomaly): boolean {
  if (daily.innocent?.reason === 'credit_change') return false;
  return (
    daily.direction === hourly.direction &&
    // The day after the last complete one carries a change on that the daily detector has not seen yet.
    daily.onsetIndex <= hourly.lastIndex &&
    hourly.onsetIndex <= daily.lastIndex + 1 &&
    agree(daily.element, hourly.element)
  );
}

/** Rows of each hour since the first day; null where charges do not come by the hour. */
async function hourlyCounts(
  lake: ScopedLake,
  { currency, firstDay }: { readonly currency: string; readonly firstDay: string },
): Promise<readonly number[] | null> {
  const rows = await lake.rows.rows({
    sql: `SELECT date_diff('hour', CAST(? AS TIMESTAMP), ChargePeriodStart), count(*),
        count(*) FILTER (ChargePeriodEnd <= ChargePeriodStart + INTERVAL 1 HOUR)
      FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY} AND ChargePeriodStart >= CAST(? AS TIMESTAMP)
      GROUP BY ALL ORDER BY 1`,
    parameters: [firstDay, currency, firstDay],
  });
  const last = Number(rows.at(-1)?.[0] ?? -1);
  const newest = rows.filter(([hour]) => Number(hour) > last - 7 * 24);
  const sum = (at: number) => newest.reduce((all, row) => all + Number(row[at]), 0);
  if (last < 0 || sum(2) < HOURLY_SHARE_MIN * sum(1)) return null;
  const counts = Array.from({ length: last + 1 }, () => 0);
  for (const [hour, , hourly] of rows) counts[Number(hour)] = Number(hourly);
  return counts;
}

/** Last hour with about as many rows as the same hour of the week before those that may be late. */
function lastComplete(counts: readonly number[]): number {
  const last = counts.length - 1;
  for (let hour = last; hour > Math.max(0, last - LATE_HOURS_MAX); hour--) {
    const before = [4, 5, 6, 7, 8, 9, 10]
      .map((days) => counts[hour - 24 * days])
      .filter((count) => count !== undefined)
      .toSorted((a, b) => a - b);
    const usual = before[Math.floor(before.length / 2)] ?? 0;
    if ((counts[hour] ?? 0) >= COMPLETE_ROWS_SHARE_MIN * usual) return hour;
  }
  return Math.max(0, last - LATE_HOURS_MAX);
}

interface HoursRequest extends HourlyRequest {
  readonly firstDay: string;
  readonly hoursCount: number;
}

async function hourlySeries(
  lake: ScopedLake,
  { basis, currency, firstDay, perDayMin, hoursCount }: HoursRequest,
): Promise<readonly HourlySeries[]> {
  const [accounts = [], services = [], hours = [], costs = []] = await lake.rows.columns({
    sql: `, hourly AS (
        SELECT SubAccountId AS a, coalesce(ServiceName, '') AS s, date_diff('hour', CAST(? AS TIMESTAMP), ChargePeriodStart)::INTEGER AS hour,
          sum(${basis}) AS cost
        FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY} AND ChargePeriodStart >= CAST(? AS TIMESTAMP)
        GROUP BY ALL
      ), levelled AS (SELECT a, s, hour, sum(cost)::DOUBLE AS cost FROM hourly GROUP BY GROUPING SETS ((a, hour), (a, s, hour)))
      SELECT a, s, list(hour), list(cost) FROM levelled GROUP BY a, s HAVING max(abs(cost)) * 24 >= ? ORDER BY a, s`,
    parameters: [firstDay, currency, firstDay, perDayMin],
  });
  return accounts.flatMap((account, row): HourlySeries[] => {
    const service = services[row];
    if (service === '') return [];
    const subAccountId = typeof account === 'string' ? account : '';
    const cost = new Float64Array(hoursCount);
    const at = itemsOf(hours[row]);
    itemsOf(costs[row]).forEach((value, index) => (cost[Number(at[index])] = Number(value)));
    return typeof service === 'string'
      ? [{ element: { subAccountId, serviceName: service }, level: 'account_service', cost }]
      : [{ element: { subAccountId }, level: 'account', cost }];
  });
}
