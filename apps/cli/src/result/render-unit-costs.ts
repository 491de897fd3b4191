import { formatMoney } from '@counterfoil/core';
import type { UnitCostAnswer, UnitCostPeriod, UnitCostSeries } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

const RIGHT = { align: 'right' } as const;

/** Unit costs for people: a table a metric. */
export function renderUnitCosts(answer: UnitCostAnswer): string {
  const { basis, fromDate, toDate, rowsRead, series, granularity, queryId } = answer;
  const head = `Cost of usage per unit (${basis}) by ${granularity}, from ${fromDate} until before ${toDate}, ${rowsRead} charges`;
  const parts = series.map((one) => renderSeries(one, granularity));
  return [
    head,
    ...(parts.length === 0 ? ['No usage in these days.'] : parts),
    `Query ${queryId}`,
  ].join('\n\n');
}

function renderSeries(series: UnitCostSeries, granularity: string): string {
  const { metric, currency, dimensions, periods, trend } = series;
  const where = Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const columns = [
    { title: 'FROM' },
    { title: 'UNITS', ...RIGHT },
    { title: 'COST', ...RIGHT },
    { title: 'PER UNIT', ...RIGHT },
    { title: 'CHANGE', ...RIGHT },
    { title: 'NOT COUNTED' },
  ];
  const rows = periods.map((period) => [
    `${period.fromDate}${period.whole ? '' : ' (part)'}`,
    period.units,
    formatMoney({ amount: period.cost, currency }),
    period.unitCost === null ? 'no units' : `${shortened(period.unitCost)} ${currency}`,
    period.changePercent === null
      ? ''
      : `${period.changePercent > 0 ? '+' : ''}${period.changePercent} %`,
    notCounted(period, currency),
  ]);
  const direction =
    trend.percentPerPeriod === null
      ? `not known: fewer than three whole ${granularity}s have a figure`
      : `${trend.direction}, ${trend.percentPerPeriod} % a ${granularity}`;
  return [
    [metric, where].filter((part) => part !== '').join(' '),
    renderTable(columns, rows),
    `Trend: ${direction}`,
  ].join('\n');
}

function notCounted(
  { daysWithoutMetric, costWithoutMetric, daysWithoutCost }: UnitCostPeriod,
  currency: string,
) {
  const parts = [
    ...(daysWithoutMetric.length > 0
      ? [
          `${daysWithoutMetric.length} days without a figure (${formatMoney({ amount: costWithoutMetric, currency })})`,
        ]
      : []),
    ...(daysWithoutCost.length > 0 ? [`${daysWithoutCost.length} days without cost`] : []),
  ];
  return parts.join(', ');
}

/** Without zeros at the end, but with cents. */
function shortened(amount: string): string {
  return amount.replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** Unit costs as records for CSV, a line a period. */
export function unitCostCsv({
  series,
  basis,
  dataVersion,
}: UnitCostAnswer): readonly (readonly string[])[] {
  const header = [
    'metric',
    'dimensions',
    'currency',
    'basis',
    'from_date',
    'to_date',
    'whole',
    'units',
    'cost',
    'unit_cost',
    'change_percent',
    'days_without_metric',
    'cost_without_metric',
    'query_id',
    'data_version',
  ];
  const records = series.flatMap((one) =>
    one.periods.map((period) => [
      one.metric,
      Object.entries(one.dimensions)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      one.currency,
      basis,
      period.fromDate,
      period.toDate,
      String(period.whole),
      period.units,
      period.cost,
      period.unitCost ?? '',
      period.changePercent === null ? '' : String(period.changePercent),
      period.daysWithoutMetric.join(' '),
      period.costWithoutMetric,
      one.queryId,
      dataVersion,
    ]),
  );
  return [header, ...records];
}
