import { formatMoney } from '@counterfoil/core';
import type { CurrencyShowback, ShowbackAnswer } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';
import { percentText } from './render-coverage.ts';

const RIGHT = { align: 'right' } as const;

/** Showback for people: a table a currency, then what became of the shared costs. */
export function renderShowback(answer: ShowbackAnswer): string {
  const { basis, fromDate, toDate, by, rowsRead, queryId } = answer;
  const cost = basis === 'EffectiveCost' ? 'amortised (EffectiveCost)' : 'billed (BilledCost)';
  const head = `Costs by ${by}, ${cost}, from ${fromDate} until before ${toDate}, ${rowsRead} charges`;
  const parts = answer.currencies.map(renderCurrency);
  return [
    head,
    ...(parts.length === 0 ? ['No charges in these days.'] : parts),
    `The lines add up to the bill exactly; figures are rounded here, not in --json and --csv. Query ${queryId}`,
  ].join('\n\n');
}

function renderCurrency(report: CurrencyShowback): string {
  const { currency, lines, pools, total, leftOut, unallocatedPercent } = report;
  const money = (amount: string) => formatMoney({ amount, currency });
  const columns = [
    { title: 'OWNER' },
    { title: 'DIRECT', ...RIGHT },
    { title: 'SHARED', ...RIGHT },
    { title: 'CREDITS', ...RIGHT },
    { title: 'TAX', ...RIGHT },
    { title: 'TOTAL', ...RIGHT },
  ];
  const rows = lines.map((line) => [
    line.owner ?? '(nobody)',
    money(line.direct),
    money(line.shared),
    money(line.credits),
    money(line.tax),
    money(line.total),
  ]);
  const sum = [
    'All',
    '',
    money(total.costs),
    money(total.credits),
    money(total.tax),
    money(total.total),
  ];
  return [
    renderTable(columns, [...rows, sum]),
    `Nobody’s: ${percentText(unallocatedPercent)} of costs`,
    ...(leftOut === '0'
      ? []
      : [
          `Left out: ${money(leftOut)} of commitment purchases, which the usage they pay for carries`,
        ]),
    ...(pools.length === 0 ? [] : ['', poolsTable(report, money)]),
  ].join('\n');
}

function poolsTable({ pools }: CurrencyShowback, money: (amount: string) => string): string {
  const columns = [
    { title: 'SHARED COST' },
    { title: 'TOTAL', ...RIGHT },
    { title: 'SPLIT' },
    { title: 'AMONG', ...RIGHT },
    { title: 'STATE' },
  ];
  const rows = pools.map((pool) => [
    pool.name,
    money(pool.total),
    pool.split,
    String(pool.shares.length),
    pool.reason ?? 'split',
  ]);
  return renderTable(columns, rows);
}

/** Showback as records for CSV, exact: a line an owner, then a line a share of each shared cost. */
export function showbackCsv(answer: ShowbackAnswer): readonly (readonly string[])[] {
  const { fromDate, toDate, basis, by, dataVersion } = answer;
  const common = [fromDate, toDate, basis, by];
  const header = [
    'from_date',
    'to_date',
    'basis',
    'by',
    'currency',
    'owner',
    'line',
    'direct',
    'shared',
    'credits',
    'tax',
    'total',
    'charges',
    'query_id',
    'data_version',
  ];
  const records = answer.currencies.flatMap(({ currency, lines, pools }) => [
    ...lines.map((line) => [
      ...common,
      currency,
      line.owner ?? '',
      'owner',
      line.direct,
      line.shared,
      line.credits,
      line.tax,
      line.total,
      String(line.rows),
      line.queryId,
      dataVersion,
    ]),
    ...pools.flatMap((pool) =>
      pool.shares.map((share) => [
        ...common,
        currency,
        share.owner,
        `share of ${pool.name}`,
        '',
        share.costs,
        share.credits,
        share.tax,
        share.total,
        '',
        answer.queryId,
        dataVersion,
      ]),
    ),
  ]);
  return [header, ...records];
}
