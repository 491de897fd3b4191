import { LimitError } from '@counterfoil/core';
import type { CanonicalColumn, CostColumn } from '../ingest/canonical.ts';
import { amountText, divideRounded, magnitude, unitsOf } from '../query/amounts.ts';
import { dimensionSql, textOfGroup, type ColumnFragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import type { Period } from '../query/plan-fields.ts';
import { queryIdOf } from '../query/run-query.ts';
import { selectionSql } from '../query/selection.ts';
import { comparedSql, divisorsOf, type ComparisonRequest } from '../query/two-periods.ts';
import {
  addEffects,
  EFFECT_NAMES,
  effectsOf,
  noEffects,
  unitCost,
  type Effects,
  type Item,
} from './effects.ts';

/** A change and its parts. Money is plain decimals; the effects add up to the change exactly. */
export interface DecomposedChange {
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly effects: Effects<string>;
}

/** One usage type of a service in a region, in one unit. */
export interface DecomposedItem extends DecomposedChange {
  readonly where: { readonly [dimension: string]: string | null };
  readonly serviceName: string | null;
  readonly regionId: string | null;
  readonly usageType: string | null;
  /** Null where the charges state no quantity. */
  readonly unit: string | null;
  readonly quantityBefore: string;
  readonly quantityAfter: string;
  /** Cost of one unit; null where nothing was used. */
  readonly priceBefore: string | null;
  readonly priceAfter: string | null;
}

/** The decomposition of one currency. */
export interface CurrencyDecomposition extends DecomposedChange {
  readonly currency: string;
  /** One for each combination of the dimensions asked for, largest change first; empty where none was. */
  readonly groups: readonly (DecomposedChange & {
    readonly where: { readonly [dimension: string]: string | null };
  })[];
  /** The items with the largest changes. */
  readonly items: readonly DecomposedItem[];
  readonly itemsCount: number;
}

/** Why cost changed between two periods. */
export interface DecompositionAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly measure: CostColumn;
  readonly by: readonly string[];
  readonly before: Period;
  readonly after: Period;
  readonly perDay: boolean;
  readonly currencies: readonly CurrencyDecomposition[];
}

/** More usage types and groups than these are split too finely to be read, and would take seconds. */
const ITEMS_MAX = 100_000;

const USES = `ChargeCategory = 'Usage' AND CommitmentDiscountStatus IS DISTINCT FROM 'Unused'`;
const CONSUMED = `${USES} AND ConsumedQuantity IS NOT NULL AND ConsumedUnit IS NOT NULL`;
const PRICED = `${USES} AND PricingQuantity IS NOT NULL AND PricingUnit IS NOT NULL`;
const UNIT = `CASE WHEN ${CONSUMED} THEN ConsumedUnit WHEN ${PRICED} THEN PricingUnit END`;
const QUANTITY = `CASE WHEN ${CONSUMED} THEN ConsumedQuantity WHEN ${PRICED} THEN PricingQuantity END`;

const READ: readonly CanonicalColumn[] = [
  'BillingCurrency',
  'ChargePeriodStart',
  'ChargeCategory',
  'CommitmentDiscountStatus',
  'ConsumedQuantity',
  'ConsumedUnit',
  'PricingQuantity',
  'PricingUnit',
  'ServiceName',
  'RegionId',
  'x_UsageType',
];

/**
 * Splits the change of cost between two periods into price, quantity and mix (see {@link effectsOf}), what is new, what vanished and
 * what no quantity is stated for, in each currency apart. An item is a usage type of a service in a region in one unit, within each
 * group asked for: ConsumedQuantity in its unit, where that is missing PricingQuantity in its own. `LimitError` beyond 100,000 items.
 */
export async function decomposeChange(
  lake: ScopedLake,
  request: ComparisonRequest,
): Promise<DecompositionAnswer> {
  const { columns: only, ...plan } = itemsSql(request);
  const columns = await lake.rows.columns(plan, only);
  const rows = (columns[0] ?? []).map((_, at) => columns.map((column) => column[at]));
  if (rows.length > ITEMS_MAX) {
    throw new LimitError('ITEMS_COUNT', `there are more than ${ITEMS_MAX} items to compare`, {
      remedy: 'split by fewer dimensions, or filter',
    });
  }
  const byCurrency = Map.groupBy(
    rows.map((row) => readItem(row, request)),
    ({ currency }) => currency,
  );
  const { measure, by, before, after, perDay } = request;
  return {
    queryId: queryIdOf({ decomposition: request }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead: rows.reduce((sum, row) => sum + Number(row[7]) + Number(row[10]), 0),
    measure,
    by,
    before,
    after,
    perDay,
    currencies: [...byCurrency].map(([currency, items]) => decomposed(currency, items, request)),
  };
}

/** Columns: currency, service, region, usage type, unit; cost, quantity and rows before, the same after; then the groups. */
const HEAD = 11;

function itemsSql(request: ComparisonRequest): ColumnFragment {
  const { by, filter, measure } = request;
  const groups = by.map((name) => dimensionSql(name));
  const selection = selectionSql({ filter, groupBy: by });
  const compared = comparedSql(request, [
    { sql: measure, name: 'cost' },
    { sql: 'quantity', name: 'quantity' },
  ]);
  const selected = [
    'BillingCurrency AS currency',
    'ServiceName AS service',
    'RegionId AS region',
    'x_UsageType AS usageType',
    'unit',
    compared.selected.sql,
    ...groups.map(({ sql }, at) => `${sql} AS g${at}`),
  ];
  return {
    sql: `, measured AS (SELECT *, ${UNIT} AS unit, ${QUANTITY} AS quantity FROM scoped WHERE ${compared.where.sql} AND ${selection.sql})
      SELECT ${selected.join(', ')} FROM measured
      GROUP BY ${['currency', 'service', 'region', 'usageType', 'unit', ...groups.map((_, at) => `g${at}`)].join(', ')}
      ORDER BY ALL NULLS FIRST LIMIT ${ITEMS_MAX + 1}`,
    parameters: [
      ...compared.where.parameters,
      ...selection.parameters,
      ...compared.selected.parameters,
      ...groups.flatMap((group) => group.parameters),
    ],
    columns: [
      ...new Set([...READ, measure, ...[...groups, selection].flatMap((part) => part.columns)]),
    ],
  };
}

type ReadItem = Item &
  Pick<DecomposedItem, 'where' | 'serviceName' | 'regionId' | 'usageType' | 'unit'> & {
    readonly currency: string;
    readonly group: string;
  };

function readItem(row: readonly unknown[], request: ComparisonRequest): ReadItem {
  const days = divisorsOf(request);
  const text = (at: number) => (row[at] === null ? null : String(row[at]));
  const groups = request.by.map(
    (name, at) => [name, textOfGroup(name, row[HEAD + at])] as [string, string | null],
  );
  const group = JSON.stringify(groups.map(([, value]) => value));
  const [costBefore, quantityBefore, rowsBefore, costAfter, quantityAfter, rowsAfter] = row.slice(
    5,
    HEAD,
  );
  return {
    currency: text(0) ?? '',
    group,
    family: JSON.stringify([group, text(1), text(4)]),
    hasUnit: text(4) !== null,
    where: Object.fromEntries(groups),
    serviceName: text(1),
    regionId: text(2),
    usageType: text(3),
    unit: text(4),
    costBefore: divideRounded(unitsOf(costBefore), days.before),
    costAfter: divideRounded(unitsOf(costAfter), days.after),
    quantityBefore: divideRounded(unitsOf(quantityBefore), days.before),
    quantityAfter: divideRounded(unitsOf(quantityAfter), days.after),
    rowsBefore: Number(rowsBefore),
    rowsAfter: Number(rowsAfter),
  };
}

function decomposed(
  currency: string,
  items: readonly ReadItem[],
  { by, rowsMax }: ComparisonRequest,
): CurrencyDecomposition {
  const effects = effectsOf(items);
  const all = items.map((item, at) => ({ item, effects: effects[at] ?? noEffects() }));
  const groups = [...Map.groupBy(all, ({ item }) => item.group).values()];
  const largestFirst = all.toSorted((a, b) => compareChange(a.item, b.item));
  return {
    currency,
    ...changeOf(all),
    groups:
      by.length === 0
        ? []
        : groups
            .toSorted((a, b) => compareChange(costsOf(a), costsOf(b)))
            .slice(0, rowsMax)
            .map((members) => ({ where: members[0]?.item.where ?? {}, ...changeOf(members) })),
    items: largestFirst.slice(0, rowsMax).map((one) => itemOf(one)),
    itemsCount: items.length,
  };
}

interface Split {
  readonly item: ReadItem;
  readonly effects: Effects;
}

type Costs = Pick<Item, 'costBefore' | 'costAfter'>;

function costsOf(splits: readonly Split[]): Costs {
  const sum = (read: (item: ReadItem) => bigint) =>
    splits.reduce((total, { item }) => total + read(item), 0n);
  return {
    costBefore: sum((item) => item.costBefore),
    costAfter: sum((item) => item.costAfter),
  };
}

function changeOf(splits: readonly Split[]): DecomposedChange {
  const { costBefore, costAfter } = costsOf(splits);
  const effects = splits.reduce((sum, one) => addEffects(sum, one.effects), noEffects());
  return {
    before: amountText(costBefore),
    after: amountText(costAfter),
    change: amountText(costAfter - costBefore),
    effects: Object.fromEntries(
      EFFECT_NAMES.map((name) => [name, amountText(effects[name])]),
    ) as unknown as Effects<string>,
  };
}

function itemOf(split: Split): DecomposedItem {
  const { item } = split;
  const price = (cost: bigint, quantity: bigint) => {
    const units = item.hasUnit ? unitCost(cost, quantity) : null;
    return units === null ? null : amountText(units);
  };
  return {
    where: item.where,
    serviceName: item.serviceName,
    regionId: item.regionId,
    usageType: item.usageType,
    unit: item.unit,
    ...changeOf([split]),
    quantityBefore: amountText(item.quantityBefore),
    quantityAfter: amountText(item.quantityAfter),
    priceBefore: price(item.costBefore, item.quantityBefore),
    priceAfter: price(item.costAfter, item.quantityAfter),
  };
}

/** Largest change of either sign first; items come sorted by name, which a stable sort keeps among equals. */
function compareChange(a: Costs, b: Costs): number {
  const left = magnitude(a.costAfter - a.costBefore);
  const right = magnitude(b.costAfter - b.costBefore);
  return left < right ? 1 : left > right ? -1 : 0;
}
