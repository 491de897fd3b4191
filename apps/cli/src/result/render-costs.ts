import { roundDecimal, sumDecimals, type CostAnswer } from '@counterfoil/core';
import type {
  CurrencyResources,
  CurrencySavings,
  ResourcesAnswer,
  Savings,
  SavingsAnswer,
} from '@counterfoil/costs';
import {
  figuresTable,
  moneyOf,
  percentText,
  sourceLine,
  titleOf,
  valueText,
  type CostReport,
} from './cost-report.ts';

const MONEY = /Cost$/;

/** Cost by group: a line a group and currency, dearest first unless the groups are days, and the total of each currency. */
export function queryReport(answer: CostAnswer): CostReport {
  const { columns, rows } = answer;
  const currencyAt = columns.indexOf('billingCurrency');
  const groups = columns.slice(0, currencyAt);
  const measures = columns.slice(currencyAt + 1);
  const cell = (row: CostAnswer['rows'][number], at: number) => {
    const amount = row[currencyAt + 1 + at] ?? null;
    if (amount === null) return 'several units';
    const isMoney = MONEY.test(measures[at] ?? '');
    return isMoney ? moneyOf(row[currencyAt] ?? '').plain(amount) : groupedDigits(amount);
  };
  const lines = dearestFirst(answer, currencyAt).map((row) => [
    ...groups.map((_, at) => valueText(row[at])),
    ...measures.map((_, at) => cell(row, at)),
  ]);
  const table = figuresTable([...groups, ...measures].map(titleOf), lines, measures.length);
  const parts =
    rows.length === 0
      ? ['No charges in these days, accounts and values.']
      : [...(groups.length > 0 ? [table, ...totals(answer, currencyAt)] : [table])];
  if (answer.truncated) {
    parts.push(
      `Only the ${rows.length.toLocaleString('en')} largest groups; totals are of these. Ask by fewer dimensions, or raise --limit.`,
    );
  }
  return {
    text: [...parts, sourceLine(answer)].join('\n\n'),
    records: [columns, ...rows.map((row) => row.map((value) => value ?? ''))],
  };
}

function groupedDigits(amount: string): string {
  const [whole = '0', fraction] = roundDecimal(amount, 2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${fraction ?? '00'}`;
}

function isSpan(name: string): boolean {
  return ['hour', 'day', 'week', 'month', 'billingPeriod'].includes(name);
}

/** A series of days is read in its order; anything else by size. */
function dearestFirst({ columns, rows }: CostAnswer, currencyAt: number): CostAnswer['rows'] {
  if (columns.some(isSpan)) return rows;
  const size = (row: CostAnswer['rows'][number]) => Math.abs(Number(row[currencyAt + 1] ?? 0));
  return rows.toSorted((a, b) => size(b) - size(a));
}

function totals({ columns, rows }: CostAnswer, currencyAt: number): readonly string[] {
  const lines = [...Map.groupBy(rows, (row) => row[currencyAt] ?? '')].map(([currency, own]) => {
    const sums = columns.flatMap((name, at) =>
      at > currencyAt && MONEY.test(name)
        ? [`${name} ${moneyOf(currency).plain(sumDecimals(own.map((row) => row[at] ?? '0')))}`]
        : [],
    );
    return sums.join(', ');
  });
  const told = lines.filter((line) => line !== '');
  return told.length === 0 ? [] : [`Total: ${told.join('; ')}`];
}

/** Savings of each currency, then a line a group. */
export function savingsReport(answer: SavingsAnswer): CostReport {
  const { by, currencies, fromDate, toDate } = answer;
  const parts = currencies.map((one) => renderSavings(one, by));
  if (parts.length === 0) parts.push('No charges in these days, accounts and values.');
  const names = currencies.length === 0 ? [] : figureNames(currencies[0]);
  const records = currencies.flatMap((one) =>
    (by.length === 0 ? [{ where: {}, ...one }] : one.groups).map((group) => [
      one.currency,
      ...by.map((name) => (group.where as { readonly [name: string]: string | null })[name] ?? ''),
      ...names.map((name) => String(group[name] ?? '')),
    ]),
  );
  return {
    text: [`From ${fromDate} to before ${toDate}`, ...parts, sourceLine(answer)].join('\n\n'),
    records: [['currency', ...by, ...names], ...records],
  };
}

function figureNames(savings: Savings | undefined): readonly (keyof Savings)[] {
  const {
    currency: _,
    groups: __,
    groupsCount: ___,
    ...figures
  } = (savings ?? {}) as CurrencySavings;
  return Object.keys(figures) as (keyof Savings)[];
}

function renderSavings(savings: CurrencySavings, by: readonly string[]): string {
  const { plain, signed } = moneyOf(savings.currency);
  const lines = [
    `${plain(savings.effectiveCost)} for what costs ${plain(savings.listCost)} at list prices`,
    `Saved ${plain(savings.totalSavings)}: ${plain(savings.negotiatedSavings)} by negotiated prices, ${plain(savings.commitmentSavings)} by commitments. Effective savings rate ${percentText(savings.effectiveSavingsRatePercent)}`,
    `List less effective cost, unused commitments and dearer charges counted: ${signed(savings.netSavings)}; unused commitments ${plain(savings.unusedCommitmentCost)}`,
    `Apart: credits ${plain(savings.credits)}, taxes ${plain(savings.taxes)}, adjustments ${plain(savings.adjustments)}, purchases ${plain(savings.purchases)}`,
    ...(savings.rowsIncomplete === 0
      ? []
      : [
          `${savings.rowsIncomplete.toLocaleString('en')} charges of ${plain(savings.effectiveCostOfIncomplete)} lack a list or contracted cost; no saving is stated for them`,
        ]),
  ];
  if (by.length === 0 || savings.groups.length === 0) return lines.join('\n');
  const titles = [
    ...by.map(titleOf),
    'LIST',
    'EFFECTIVE',
    'NEGOTIATED',
    'COMMITMENT',
    'SAVED',
    'RATE',
  ];
  const span = by.find(isSpan);
  const inOrder = (a: string | null | undefined, b: string | null | undefined) =>
    (a ?? '') < (b ?? '') ? -1 : 1;
  const groups =
    span === undefined
      ? savings.groups
      : savings.groups.toSorted((a, b) => inOrder(a.where[span], b.where[span]));
  const rows = groups.map((group) => [
    ...by.map((name) => valueText(group.where[name])),
    plain(group.listCost),
    plain(group.effectiveCost),
    plain(group.negotiatedSavings),
    plain(group.commitmentSavings),
    plain(group.totalSavings),
    percentText(group.effectiveSavingsRatePercent),
  ]);
  const left = savings.groupsCount - savings.groups.length;
  return [
    ...lines,
    '',
    figuresTable(titles, rows, 6),
    ...(left > 0 ? [`${left.toLocaleString('en')} more groups; raise --limit`] : []),
  ].join('\n');
}

/** Resources that came or went: a line each. */
export function resourcesReport(answer: ResourcesAnswer): CostReport {
  const { currencies, fromDate, toDate, historyFromDate, historyToDate } = answer;
  const head =
    historyFromDate === null
      ? 'No charges in these accounts and values.'
      : `Resources first or last charged from ${fromDate} to before ${toDate}, by data from ${historyFromDate} to ${historyToDate}`;
  const parts = currencies.map(renderResources);
  if (parts.length === 0 && historyFromDate !== null) parts.push('None came or went.');
  return {
    text: [head, ...parts, sourceLine(answer)].join('\n\n'),
    records: [
      [
        'currency',
        'status',
        'resourceId',
        'resourceName',
        'subAccountId',
        'regionId',
        'serviceNames',
        'firstDate',
        'lastDate',
        'daysCharged',
        'cost',
        'costPerDay',
      ],
      ...currencies.flatMap(({ currency, resources }) =>
        resources.map((one) => [
          currency,
          one.status,
          one.resourceId,
          one.resourceName ?? '',
          one.subAccountId ?? '',
          one.regionId ?? '',
          one.serviceNames.join('; '),
          one.firstDate,
          one.lastDate,
          String(one.daysCharged),
          one.cost,
          one.costPerDay,
        ]),
      ),
    ],
  };
}

function renderResources({
  currency,
  resources,
  counts,
  belowThresholdCount,
}: CurrencyResources): string {
  const { plain } = moneyOf(currency);
  const rows = resources.map((one) => [
    one.status.replace('_', ' '),
    one.resourceId,
    valueText(one.subAccountId),
    one.serviceNames.join(', '),
    one.firstDate,
    one.lastDate,
    String(one.daysCharged),
    plain(one.costPerDay),
    plain(one.cost),
  ]);
  const titles = [
    'WHAT',
    'RESOURCE',
    'ACCOUNT',
    'SERVICE',
    'FIRST',
    'LAST',
    'DAYS',
    'A DAY',
    'IN ALL',
  ];
  return [
    `${counts.new} new, ${counts.vanished} vanished, ${counts.short_lived} short-lived; ${belowThresholdCount} cheaper ones left out`,
    ...(rows.length === 0 ? [] : [figuresTable(titles, rows, 3)]),
  ].join('\n');
}
