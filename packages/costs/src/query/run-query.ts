import { createHash } from 'node:crypto';
import { InputError, type CostAnswer, type CostMeasure, type CostQuery } from '@counterfoil/core';
import { dimensionSql, filtersSql, type Fragment } from './dimensions.ts';
import { ROWS_MAX } from './parse-query.ts';
import type { Scope, ScopedRows } from './scope.ts';

/** Charge categories of a query that names none. */
const CATEGORIES_DEFAULT = ['Usage'] as const;

const UNITS: { readonly [measure in CostMeasure]?: string } = {
  ConsumedQuantity: 'ConsumedUnit',
  PricingQuantity: 'PricingUnit',
};

/** Id of a question to one version within one scope: the same three give the same id, and the same answer. */
export function queryIdOf(question: unknown, scope: Scope, dataVersion: string): string {
  const accounts = scope === 'all' ? scope : scope.toSorted();
  const text = JSON.stringify([question, accounts, dataVersion]);
  return `q-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/**
 * Answers one query. Only usage is summed unless the filter names other charge categories, and commitment purchases are
 * never added to usage: they count only where usage is not asked for, or where categories are kept apart by `groupBy`.
 * Money in two currencies is never added up (`CURRENCY_MIXED`); a quantity in several units is answered as null. Rows come
 * sorted by their groups; where there are more than `rowsMax`, those with the largest first measure are kept.
 */
export async function runQuery(
  scoped: ScopedRows,
  query: CostQuery,
  dataVersion: string,
): Promise<CostAnswer> {
  const normal = normalised(query);
  const rows = await scoped.rows(planSql(normal));
  const width = normal.groupBy.length + normal.measures.length;
  refuseMixedCurrencies(
    normal,
    rows.map((row) => row[width]),
  );
  const [first] = rows;
  return {
    queryId: queryIdOf(normal, scoped.scope, dataVersion),
    dataVersion,
    rowsRead: Number(first?.[width + 1] ?? 0),
    columns: [...normal.groupBy, ...normal.measures],
    rows: rows.map((row) => row.slice(0, width)),
    truncated: Number(first?.[width + 2] ?? 0) > normal.rowsMax,
  };
}

type NormalQuery = Required<CostQuery>;

/** One spelling per question, so that its id does not depend on the order of keys and values. */
function normalised(query: CostQuery): NormalQuery {
  const filter = { chargeCategory: [...CATEGORIES_DEFAULT], ...query.filter };
  const entries = Object.entries(filter)
    .map(([name, values]) => [name, [...new Set(values)].toSorted()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    measures: query.measures,
    groupBy: query.groupBy,
    filter: Object.fromEntries(entries),
    fromDate: query.fromDate,
    toDate: query.toDate,
    rowsMax: query.rowsMax ?? ROWS_MAX,
  };
}

function planSql(query: NormalQuery): Fragment {
  const groups = query.groupBy.map((name) => dimensionSql(name));
  const filters = filtersSql(query.filter);
  const names = groups.map((_, at) => `g${at}`);
  const selected = [
    ...groups.map((group, at) => `${group.sql} AS g${at}`),
    ...query.measures.map((measure, at) => `${measureSql(measure)} AS m${at}`),
    'count(*) AS n',
    'min(BillingCurrency) IS DISTINCT FROM max(BillingCurrency) AS mixed',
  ];
  const outer = [
    ...names.map((name) => `CAST(${name} AS VARCHAR)`),
    ...query.measures.map((_, at) => `CAST(m${at} AS VARCHAR)`),
    'mixed',
    'sum(n) OVER ()',
    'count(*) OVER ()',
  ].map((column, at) => `${column} AS o${at}`);
  const byGroup = names.map((_, at) => `o${at} NULLS FIRST`);
  const sql = `SELECT * FROM (
      SELECT ${outer.join(', ')} FROM (
        SELECT ${selected.join(', ')} FROM scoped
        WHERE ChargePeriodStart >= CAST(? AS TIMESTAMP) AND ChargePeriodStart < CAST(? AS TIMESTAMP)
          AND ${filters.sql} AND ${purchasesSql(query)}
        ${names.length > 0 ? `GROUP BY ${names.join(', ')}` : 'HAVING count(*) > 0'}
      ) ORDER BY ${['abs(m0) DESC NULLS LAST', ...names.map((name) => `${name} NULLS FIRST`)].join(', ')} LIMIT ${query.rowsMax}
    ) ${byGroup.length > 0 ? `ORDER BY ${byGroup.join(', ')}` : ''}`;
  return {
    sql,
    parameters: [
      ...groups.flatMap((group) => group.parameters),
      query.fromDate,
      query.toDate,
      ...filters.parameters,
    ],
  };
}

function measureSql(measure: CostMeasure): string {
  const unit = UNITS[measure];
  if (unit === undefined) return `sum(${measure})`;
  return `CASE WHEN count(DISTINCT ${unit}) <= 1 THEN sum(${measure}) END`;
}

function purchasesSql({ filter, groupBy }: NormalQuery): string {
  const categories = filter.chargeCategory ?? [];
  const both = categories.includes('Usage') && categories.includes('Purchase');
  if (!both || groupBy.includes('chargeCategory')) return 'true';
  return `NOT (ChargeCategory = 'Purchase' AND (CommitmentDiscountCategory IS NOT NULL OR CommitmentDiscountId IS NOT NULL))`;
}

function refuseMixedCurrencies(query: NormalQuery, mixed: readonly (string | null | undefined)[]) {
  const asksForMoney = query.measures.some((measure) => UNITS[measure] === undefined);
  if (!asksForMoney || !mixed.includes('true')) return;
  throw new InputError(
    'CURRENCY_MIXED',
    'the charges are billed in several currencies, which are never added up',
    {
      remedy: 'group by billingCurrency',
    },
  );
}
