import { decimalUnits, InputError } from '@counterfoil/core';
import type { Period } from '../allocation/period.ts';
import type { MetricRow } from './metric.ts';

/** One metric for one combination of its dimensions. */
export interface DailyMetric {
  readonly metric: string;
  /** Names and values of its dimensions, in the order of their names. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Whether the file has a figure that stands for the day. */
  covers(day: string): boolean;
  /** Units of the days; a figure of a month counts once. */
  unitsOf(days: readonly string[]): bigint;
}

/** The metrics of a file within a period. Fails where none of its figures lies in it, or a figure of a month is not on its first day. */
export function metricsOf(
  rows: readonly MetricRow[],
  every: 'day' | 'month',
  { fromDate, toDate }: Period,
): readonly DailyMetric[] {
  const odd = rows.find(({ date }) => every === 'month' && !date.endsWith('-01'));
  if (odd !== undefined) {
    throw new InputError('METRIC_DATE', `the figure of ${odd.date} stands for no month`, {
      remedy: 'date figures of months on the first day of the month',
    });
  }
  const first = every === 'month' ? `${fromDate.slice(0, 7)}-01` : fromDate;
  const within = rows.filter(({ date }) => date >= first && date < toDate);
  if (within.length === 0) {
    throw new InputError(
      'METRICS_ELSEWHERE',
      `no figure lies from ${fromDate} until before ${toDate}`,
      {
        remedy: 'give figures of these days, or ask for the days that the file has',
      },
    );
  }
  const placeOf = (day: string) => (every === 'month' ? `${day.slice(0, 7)}-01` : day);
  const grouped = Map.groupBy(within, ({ metric, dimensions }) =>
    JSON.stringify([
      metric,
      ...Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  );
  return [...grouped.values()].map((own): DailyMetric => {
    const { metric = '', dimensions = {} } = own[0] ?? {};
    const names = Object.keys(dimensions).toSorted();
    const units = new Map(own.map(({ date, value }) => [date, decimalUnits(value)]));
    return {
      metric,
      names,
      values: names.map((name) => dimensions[name] ?? ''),
      covers: (day) => units.has(placeOf(day)),
      unitsOf: (days) =>
        [...new Set(days.map(placeOf))].reduce((sum, day) => sum + (units.get(day) ?? 0n), 0n),
    };
  });
}
