import { InputError, roundDecimal, type CostBasis } from '@counterfoil/core';
import { amountText } from '../query/amounts.ts';
import { taxonomyText } from '../allocation/coverage.ts';
import type { Extent } from '../allocation/period.ts';
import type { Taxonomy } from '../allocation/taxonomy.ts';
import { daysFrom, addDays } from '../analysis/days.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import { bucketOf, bucketEnd, type Granularity } from './buckets.ts';
import { readDailyCosts, type DailyCost } from './daily-costs.ts';
import type { MetricRow } from './metric.ts';
import { metricsOf, type DailyMetric } from './metric-days.ts';
import { trendOf, type Trend } from './trend.ts';

/** A question for unit costs. */
export interface UnitCostRequest {
  readonly extent: Extent;
  readonly taxonomy: Taxonomy;
  readonly metrics: readonly MetricRow[];
  readonly granularity: Granularity;
  /** What one figure of the file stands for: its day, or the month that begins on it. */
  readonly metricEvery: 'day' | 'month';
  /** Only costs of services like these; `*` is any characters. Empty for all. */
  readonly services: readonly string[];
}

/** Cost per unit in one period. Money and counts are plain decimals. */
export interface UnitCostPeriod {
  /** First day and the first day after it, within the days asked for. */
  readonly fromDate: string;
  readonly toDate: string;
  /** Whether the days asked for hold all of the period. */
  readonly whole: boolean;
  /** Cost and units of the days that have both; null where there is no unit. */
  readonly cost: string;
  readonly units: string;
  readonly unitCost: string | null;
  /** Days with cost for which the file has no figure, and their cost: it stands in no unit cost. */
  readonly daysWithoutMetric: readonly string[];
  readonly costWithoutMetric: string;
  /** Days with a figure and without any cost: the data may be late. */
  readonly daysWithoutCost: readonly string[];
  /** Against the period before, in percent with one decimal; null where one of the two is not known. */
  readonly changePercent: number | null;
}

/** Cost per unit of one metric, for one combination of its dimensions. */
export interface UnitCostSeries {
  readonly metric: string;
  readonly currency: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly periods: readonly UnitCostPeriod[];
  readonly trend: Trend;
  readonly queryId: string;
}

/** Unit costs of an extent. */
export interface UnitCostAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly basis: CostBasis;
  readonly fromDate: string;
  readonly toDate: string;
  readonly granularity: Granularity;
  readonly series: readonly UnitCostSeries[];
}

/** Digits behind the point of a unit cost: a request or a gigabyte costs far less than a cent. */
const UNIT_COST_DIGITS = 9;
const SCALE = 10n ** 18n;

/**
 * Cost of usage per unit of what an organisation counts. A day counts only where it has a figure, so that a hole in the file does not
 * look like a rise; what is left out is told.
 */
export async function unitCosts(
  lake: ScopedLake,
  request: UnitCostRequest,
): Promise<UnitCostAnswer> {
  const { extent, granularity, metricEvery, services, taxonomy } = request;
  if (metricEvery === 'month' && granularity !== 'month') {
    throw new InputError('METRIC_COARSE', 'figures of months cannot be shown by day or week', {
      remedy: 'ask by month, or give figures of days',
    });
  }
  const metrics = metricsOf(request.metrics, metricEvery, extent);
  const question = { unitCosts: { ...request, taxonomy: taxonomyText(taxonomy) } };
  const series: UnitCostSeries[] = [];
  let rowsRead = 0;
  for (const [, ofShape] of Map.groupBy(metrics, (one) => one.names.join('\n'))) {
    const names = ofShape[0]?.names ?? [];
    const costs = await readDailyCosts(lake, { extent, taxonomy, names, services });
    rowsRead = Math.max(rowsRead, costs.rowsRead);
    for (const metric of ofShape) {
      for (const currency of costs.currencies) {
        series.push(
          seriesOf(metric, {
            currency,
            costs: costs.daily,
            request,
            queryIdOf: (key) => queryIdOf({ ...question, ...key }, lake.accounts, lake.dataVersion),
          }),
        );
      }
    }
  }
  return {
    queryId: queryIdOf(question, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead,
    ...extent,
    granularity,
    series,
  };
}

interface SeriesContext {
  readonly currency: string;
  readonly costs: readonly DailyCost[];
  readonly request: UnitCostRequest;
  readonly queryIdOf: (key: object) => string;
}

function seriesOf(metric: DailyMetric, context: SeriesContext): UnitCostSeries {
  const { currency, request } = context;
  const wanted = JSON.stringify(metric.values);
  const byDay = new Map(
    context.costs
      .filter((one) => one.currency === currency && JSON.stringify(one.values) === wanted)
      .map(({ day, cost }) => [day, cost]),
  );
  const days = daysFrom(request.extent.fromDate, addDays(request.extent.toDate, -1));
  const buckets = Map.groupBy(days, (day) => bucketOf(day, request.granularity));
  const periods: UnitCostPeriod[] = [];
  for (const [bucket, ofBucket] of buckets) {
    const whole =
      ofBucket[0] === bucket &&
      addDays(ofBucket.at(-1) ?? bucket, 1) === bucketEnd(bucket, request.granularity);
    periods.push(periodOf(ofBucket, { metric, byDay, whole, before: periods.at(-1) ?? null }));
  }
  const dimensions = Object.fromEntries(
    metric.names.map((name, at) => [name, metric.values[at] ?? '']),
  );
  return {
    metric: metric.metric,
    currency,
    dimensions,
    periods,
    trend: trendOf(
      periods
        .filter(({ whole }) => whole)
        .map(({ unitCost }) => (unitCost === null ? null : Number(unitCost))),
    ),
    queryId: context.queryIdOf({ metric: metric.metric, currency, dimensions }),
  };
}

interface PeriodContext {
  readonly metric: DailyMetric;
  readonly byDay: ReadonlyMap<string, bigint>;
  readonly whole: boolean;
  readonly before: UnitCostPeriod | null;
}

function periodOf(
  days: readonly string[],
  { metric, byDay, whole, before }: PeriodContext,
): UnitCostPeriod {
  const sum = (list: readonly string[]) =>
    list.reduce((total, day) => total + (byDay.get(day) ?? 0n), 0n);
  const counted = days.filter((day) => metric.covers(day));
  const without = days.filter((day) => !metric.covers(day) && (byDay.get(day) ?? 0n) !== 0n);
  const units = metric.unitsOf(counted);
  const cost = sum(counted);
  const unitCost = units === 0n ? null : perUnit(cost, units);
  return {
    fromDate: days[0] ?? '',
    toDate: addDays(days.at(-1) ?? '', 1),
    whole,
    cost: amountText(cost),
    units: amountText(units),
    unitCost,
    daysWithoutMetric: without,
    costWithoutMetric: amountText(sum(without)),
    daysWithoutCost: counted.filter((day) => !byDay.has(day)),
    changePercent: changeOf(unitCost, before?.unitCost ?? null),
  };
}

function perUnit(cost: bigint, units: bigint): string {
  return roundDecimal(amountText((cost * SCALE) / units), UNIT_COST_DIGITS);
}

function changeOf(now: string | null, before: string | null): number | null {
  if (now === null || before === null || Number(before) === 0) return null;
  return Math.round((1000 * (Number(now) - Number(before))) / Math.abs(Number(before))) / 10;
}
