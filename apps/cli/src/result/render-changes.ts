import type {
  CurrencyDecomposition,
  CurrencyMovers,
  DecomposedChange,
  DecompositionAnswer,
  MoversAnswer,
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

type Where = { readonly [dimension: string]: string | null };

const EFFECTS = ['price', 'quantity', 'mix', 'new', 'vanished', 'unquantified'] as const;

/** What moved: a line a group, largest change first. */
export function moversReport(answer: MoversAnswer): CostReport {
  const { by, currencies } = answer;
  const parts = currencies.map((one) => renderMovers(one, by));
  return {
    text: [headOf(answer), ...orNothing(parts), sourceLine(answer)].join('\n\n'),
    records: [
      ['currency', ...by, 'status', 'before', 'after', 'change', 'changePercent', 'sharePercent'],
      ...currencies.flatMap(({ currency, movers }) =>
        movers.map((one) => [
          currency,
          ...by.map((name) => one.where[name] ?? ''),
          one.status,
          one.before,
          one.after,
          one.change,
          String(one.changePercent ?? ''),
          String(one.sharePercent ?? ''),
        ]),
      ),
    ],
  };
}

function headOf(answer: Pick<MoversAnswer, 'before' | 'after' | 'perDay' | 'measure'>): string {
  const { before, after, perDay, measure } = answer;
  return `${measure}${perDay ? ' a day' : ''}: ${after.fromDate} to before ${after.toDate}, against ${before.fromDate} to before ${before.toDate}`;
}

function orNothing(parts: readonly string[]): readonly string[] {
  return parts.length === 0 ? ['No charges in these days, accounts and values.'] : parts;
}

function changeLine(
  change: Pick<CurrencyMovers, 'before' | 'after' | 'change'>,
  currency: string,
): string {
  const { plain, signed } = moneyOf(currency);
  return `${plain(change.before)} → ${plain(change.after)}: ${signed(change.change)}`;
}

function renderMovers(one: CurrencyMovers, by: readonly string[]): string {
  const { plain, signed } = moneyOf(one.currency);
  const head = `${changeLine(one, one.currency)} (${percentText(one.changePercent, 'change')})`;
  const rows = one.movers.map((mover) => [
    ...by.map((name) => valueText(mover.where[name])),
    mover.status,
    plain(mover.before),
    plain(mover.after),
    signed(mover.change),
    percentText(mover.changePercent, 'change'),
  ]);
  const titles = [...by.map(titleOf), 'WHAT', 'BEFORE', 'AFTER', 'CHANGE', 'CHANGE %'];
  const { groupsCount, change } = one.rest;
  return [
    head,
    rows.length === 0 ? 'Nothing moved that much.' : figuresTable(titles, rows, 4),
    ...(groupsCount > 0
      ? [`${groupsCount.toLocaleString('en')} other groups together ${signed(change)}`]
      : []),
  ].join('\n');
}

/** Why cost changed: the effects, by group where asked for, then the largest items. */
export function decompositionReport(answer: DecompositionAnswer): CostReport {
  const { by, currencies } = answer;
  const parts = currencies.map((one) => renderDecomposition(one, by));
  return {
    text: [headOf(answer), ...orNothing(parts), sourceLine(answer)].join('\n\n'),
    records: [
      [
        'currency',
        ...by,
        'serviceName',
        'regionId',
        'usageType',
        'unit',
        'quantityBefore',
        'quantityAfter',
        'priceBefore',
        'priceAfter',
        'before',
        'after',
        'change',
        ...EFFECTS,
      ],
      ...currencies.flatMap(({ currency, items }) =>
        items.map((item) => [
          currency,
          ...by.map((name) => item.where[name] ?? ''),
          item.serviceName ?? '',
          item.regionId ?? '',
          item.usageType ?? '',
          item.unit ?? '',
          item.quantityBefore,
          item.quantityAfter,
          item.priceBefore ?? '',
          item.priceAfter ?? '',
          item.before,
          item.after,
          item.change,
          ...EFFECTS.map((name) => item.effects[name]),
        ]),
      ),
    ],
  };
}

function renderDecomposition(one: CurrencyDecomposition, by: readonly string[]): string {
  const { currency } = one;
  const { signed } = moneyOf(currency);
  const effects = figuresTable(
    ['EFFECT', 'CHANGE'],
    EFFECTS.map((name) => [name, signed(one.effects[name])]),
    1,
  );
  const table = (titles: readonly string[], rows: readonly (Named & DecomposedChange)[]) =>
    figuresTable(
      [...titles, 'CHANGE', ...EFFECTS.map((name) => name.toUpperCase())],
      rows.map((row) => [
        ...row.names.map(valueText),
        signed(row.change),
        ...EFFECTS.map((name) => signed(row.effects[name])),
      ]),
      EFFECTS.length + 1,
    );
  const whereOf = (where: Where) => by.map((name) => where[name] ?? null);
  const groups = one.groups.map((group) => ({ ...group, names: whereOf(group.where) }));
  const items = one.items.map((item) => ({
    ...item,
    names: [...whereOf(item.where), item.serviceName, item.regionId, item.usageType],
  }));
  return [
    changeLine(one, currency),
    effects,
    ...(groups.length === 0 ? [] : ['', table(by.map(titleOf), groups)]),
    '',
    `The ${items.length.toLocaleString('en')} largest of ${one.itemsCount.toLocaleString('en')} items:`,
    table([...by.map(titleOf), 'SERVICE', 'REGION', 'USAGE TYPE'], items),
  ].join('\n');
}

interface Named {
  readonly names: readonly (string | null)[];
}
