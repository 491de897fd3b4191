import { createHash } from 'node:crypto';
import { InputError, type CostAnswer, type CostMeasure, type CostQuery } from '@counterfoil/core';
import { SQL_TYPES, type CanonicalColumn } from '../ingest/canonical.ts';
import { compareText } from './compare-text.ts';
import { dimensionSql, textOfGroup, type ColumnFragment } from './dimensions.ts';
import { ROWS_MAX } from './plan-fields.ts';
import type { Scope, ScopedRows } from './scope.ts';
import { normalFilter, selectionSql, withinSql } from './selection.ts';

/** So many charges are read within some 10 ms. */
const REREAD_ROWS_MAX = 200_000;

const UNITS: { readonly [measure in CostMeasure]?: CanonicalColumn } = {
  ConsumedQuantity: 'ConsumedUnit',
  PricingQuantity: 'PricingUnit',
};

/** Id of a question to one version within one scope: the same three give the same id, and the same answer. */
export function queryIdOf(question: unknown, scope: Scope, dataVersion: string): string {
  const accounts = scope === 'all' ? scope : scope.toSorted();
  const text = JSON.stringify([question, accounts, dataVersion]);
  return `q-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** The id that the answer to this query will carry. */
export function costQueryId(
  query: CostQuery,
  lake: { readonly accounts: Scope; readonly dataVersion: string },
): string {
  return queryIdOf(normalised(query), lake.accounts, lake.dataVersion);
}

/** What a plan is asked of. */
export interface QuerySource {
  readonly scoped: ScopedRows;
  readonly dataVersion: string;
  /** Currencies of the scope; with a single one none can be mixed, and no row need be looked at for it. */
  readonly currencies: readonly string[];
  /** Charges of the scope, which tell whether reading them twice would take long. */
  readonly rows: number;
}

/**
 * Answers one query. Only usage is summed unless the filter names other charge categories, and commitment purchases are
 * never added to usage: they count only where usage is not asked for, or where categories are kept apart by `groupBy`.
 * Money in two currencies is never added up (`CURRENCY_MIXED`); a quantity in several units is answered as null. Rows come
 * sorted by their groups; where there are more than `rowsMax`, those with the largest first measure are kept.
 */
export async function runQuery(source: QuerySource, query: CostQuery): Promise<CostAnswer> {
  const { scoped, dataVersion, currencies } = source;
  const normal = normalised(query);
  const asksForMoney = normal.measures.some((measure) => UNITS[measure] === undefined);
  const checksCurrency = asksForMoney && currencies.length > 1;
  const read = async (rows: 'first' | 'largest') => {
    const { columns: only, ...plan } = planOf(normal, { checksCurrency, rows });
    return scoped.columns(plan, only);
  };
  const { groupBy, measures, rowsMax } = normal;
  // Most answers have few groups, and need no search for the largest.
  const many = source.rows > REREAD_ROWS_MAX && groupBy.some(hasManyValues);
  const few = many ? null : await read('first');
  const isWhole = few !== null && (few[0]?.length ?? 0) <= rowsMax;
  const columns = isWhole ? few : await read('largest');
  const width = groupBy.length + measures.length;
  const counts = columns.slice(width);
  if (checksCurrency && counts.at(-1)?.includes(true)) throw mixedCurrencies();
  const texts = columns
    .slice(0, width)
    .map((column, at) => column.map((value) => textOfGroup(groupBy[at] ?? '', value)));
  const rows = (columns[0] ?? []).map((_, row) => texts.map((column) => column[row] ?? null));
  return {
    queryId: costQueryId(query, { accounts: scoped.scope, dataVersion }),
    dataVersion,
    rowsRead: isWhole ? sumOf(counts[0] ?? []) : Number(counts[0]?.[0] ?? 0),
    columns: [...groupBy, ...measures],
    rows: rows.toSorted((a, b) => compareGroups(a, b, groupBy.length)),
    truncated: !isWhole && Number(counts[1]?.[0] ?? 0) > rowsMax,
  };
}

type NormalQuery = Required<CostQuery>;

/** One spelling per question, so that its id does not depend on the order of keys and values. */
function normalised(query: CostQuery): NormalQuery {
  return {
    measures: query.measures,
    groupBy: query.groupBy,
    filter: normalFilter(query.filter),
    fromDate: query.fromDate,
    toDate: query.toDate,
    rowsMax: query.rowsMax ?? ROWS_MAX,
  };
}

/** Dimensions that tell single things apart: their groups are often more than an answer may have. */
function hasManyValues(name: NormalQuery['groupBy'][number]): boolean {
  return /^(hour|resource(Id|Name)|chargeDescription|skuPriceDetails|invoiceId|tag:.*)$/.test(name);
}

function sumOf(counts: readonly unknown[]): number {
  return counts.reduce((sum: number, count) => sum + Number(count), 0);
}

interface PlanOptions {
  readonly checksCurrency: boolean;
  /** The first groups that come, one more than an answer may have; or the largest, with how many there are. */
  readonly rows: 'first' | 'largest';
}

function planOf(query: NormalQuery, { checksCurrency, rows }: PlanOptions): ColumnFragment {
  const groups = query.groupBy.map((name) => dimensionSql(name));
  const selection = selectionSql(query);
  const period = withinSql(query);
  const names = groups.map((_, at) => `g${at}`);
  // Sums come with as many places as the files need; an answer has always the same.
  const measures = query.measures.map((_, at) => `CAST(m${at} AS ${SQL_TYPES.decimal})`);
  const selected = [
    ...groups.map((group, at) => `${group.sql} AS g${at}`),
    ...query.measures.map((measure, at) => `${measureSql(measure)} AS m${at}`),
    'count(*) AS n',
    ...(checksCurrency
      ? ['min(BillingCurrency) IS DISTINCT FROM max(BillingCurrency) AS mixed']
      : []),
  ];
  const grouping = names.length > 0 ? `GROUP BY ${names.join(', ')}` : 'HAVING count(*) > 0';
  const grouped = `SELECT ${selected.join(', ')} FROM scoped WHERE ${period.sql} AND ${selection.sql} ${grouping}`;
  const answered = [...names, ...measures];
  const mixed = checksCurrency ? ['mixed'] : [];
  const counts = ['(SELECT sum(n) FROM grouped)', '(SELECT count(*) FROM grouped)'];
  const order = ['abs(m0) DESC NULLS LAST', ...names.map((name) => `${name} NULLS FIRST`)];
  const sql =
    rows === 'first'
      ? `SELECT ${[...answered, 'n', ...mixed].join(', ')} FROM (${grouped}) LIMIT ${query.rowsMax + 1}`
      : `, grouped AS MATERIALIZED (${grouped}) SELECT ${[...answered, ...counts, ...mixed].join(', ')}
        FROM grouped ORDER BY ${order.join(', ')} LIMIT ${query.rowsMax}`;
  const columns = [
    'ChargePeriodStart' as const,
    ...[...groups, selection].flatMap((part) => part.columns),
    ...query.measures.flatMap((measure) => [measure, UNITS[measure] ?? measure]),
    ...(checksCurrency ? (['BillingCurrency'] as const) : []),
  ];
  return {
    sql,
    parameters: [
      ...groups.flatMap((group) => group.parameters),
      ...period.parameters,
      ...selection.parameters,
    ],
    columns: [...new Set(columns)],
  };
}

function measureSql(measure: CostMeasure): string {
  const unit = UNITS[measure];
  if (unit === undefined) return `sum(${measure})`;
  return `CASE WHEN count(DISTINCT ${unit}) <= 1 THEN sum(${measure}) END`;
}

function mixedCurrencies(): InputError {
  return new InputError(
    'CURRENCY_MIXED',
    'the charges are billed in several currencies, which are never added up',
    {
      remedy: 'group by billingCurrency',
    },
  );
}

/** Groups without a value first, then by the bytes of their UTF-8 text. */
function compareGroups(
  a: readonly (string | null)[],
  b: readonly (string | null)[],
  groupsCount: number,
): number {
  for (let at = 0; at < groupsCount; at += 1) {
    const left = a[at] ?? null;
    const right = b[at] ?? null;
    if (left === right) continue;
    if (left === null || right === null) return left === null ? -1 : 1;
    return compareText(left, right);
  }
  return 0;
}
