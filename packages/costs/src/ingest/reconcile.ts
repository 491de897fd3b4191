import { absoluteDecimal, compareDecimal } from '@counterfoil/core';
import { literal } from '../duck/sql.ts';
import type { Engine, TextRow } from '../duck/engine.ts';
import { addDecimals, negated } from '../duck/decimal.ts';
import type { Reconciliation, TotalRow } from '../versions/manifest.ts';
import { COST_COLUMNS, SQL_TYPES, type CostColumn } from './canonical.ts';
import { decimalSql } from './source-columns.ts';
import type { StagedFile } from './stage.ts';

/** Sums of the written table, read back from disk, by currency, charge category and billing period. */
export async function readTotals(engine: Engine, facetsPath: string): Promise<readonly TotalRow[]> {
  const sums = COST_COLUMNS.map((column) => `sum(${column})::VARCHAR`).join(', ');
  const rows = await engine.rows(
    `SELECT currency, category, period::VARCHAR, sum(n)::BIGINT, ${sums} FROM read_parquet(${literal(facetsPath)}) GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map(totalOf);
}

function totalOf([currency, category, period, count, ...costs]: TextRow): TotalRow {
  return {
    currency: currency ?? '',
    chargeCategory: category ?? '',
    billingPeriod: period ?? '',
    rows: Number(count),
    costs: Object.fromEntries(
      COST_COLUMNS.map((column, at) => [column, costs[at] ?? null]),
    ) as TotalRow['costs'],
  };
}

/** Totals of several parts together. */
export function addTotals(totals: readonly TotalRow[]): readonly TotalRow[] {
  const keyOf = ({ currency, chargeCategory, billingPeriod }: TotalRow) =>
    `${currency}\n${chargeCategory}\n${billingPeriod}`;
  const groups = Map.groupBy(totals, keyOf);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...rest]]) => (first ? [rest.reduce(addRows, first)] : []));
}

function addRows(a: TotalRow, b: TotalRow): TotalRow {
  const costs = COST_COLUMNS.map((column) => {
    const [left, right] = [a.costs[column], b.costs[column]];
    return [column, left === null ? right : right === null ? left : addDecimals(left, right)];
  });
  return { ...a, rows: a.rows + b.rows, costs: Object.fromEntries(costs) as TotalRow['costs'] };
}

/**
 * Compares each cost column that a file carries directly: the text of the source column, summed before any mapping, against the
 * published table read back from disk plus the rejected rows. One entry a column and currency. Rows that were loaded narrow count with
 * their value, because each of them was compared with its text, read by another parser, when it was loaded: see `isNarrowSql`.
 */
export async function reconcileFile(
  engine: Engine,
  staged: StagedFile,
  totals: readonly TotalRow[],
): Promise<readonly Reconciliation[]> {
  const names = new Map(staged.header.map((name) => [name.toLowerCase(), name]));
  const direct = staged.layout.directCosts({ has: (name) => names.has(name.toLowerCase()) });
  const columns = COST_COLUMNS.filter((column) => direct[column] !== undefined);
  const rows = await engine.rows(sourceSumsSql(staged, columns));
  return columns.flatMap((column, at) =>
    rows.map(([currency, ...sums]): Reconciliation => {
      const source = sums[2 * at] ?? '0';
      const rejected = sums[2 * at + 1] ?? '0';
      const loaded = totals
        .filter((total) => total.currency === currency)
        .reduce((sum, total) => addDecimals(sum, total.costs[column] ?? '0'), '0');
      const difference = addDecimals(source, negated(addDecimals(loaded, rejected)));
      const sourceColumn = names.get((direct[column] ?? '').toLowerCase()) ?? '';
      return {
        sourceColumn,
        column,
        currency: currency ?? '',
        source,
        loaded,
        rejected,
        difference,
      };
    }),
  );
}

/** Whether every comparison comes out even, and the largest difference. */
export function judge(entries: readonly Reconciliation[]): {
  readonly reconciled: boolean;
  readonly difference: string;
} {
  const difference = entries
    .map((entry) => absoluteDecimal(entry.difference))
    .reduce((a, b) => (compareDecimal(a, b) >= 0 ? a : b), '0');
  return { reconciled: compareDecimal(difference, '0') === 0, difference };
}

/** The currency is only a label here, so a rejected row without one still counts (as `''`). */
function sourceSumsSql(staged: StagedFile, columns: readonly CostColumn[]): string {
  const text = (column: CostColumn) => decimalSql(`x_src_${column}`);
  const value = (column: CostColumn) =>
    staged.reading.decimals === 'narrow' ? `CAST(${column} AS ${SQL_TYPES.decimal})` : text(column);
  const cells = (of: (column: CostColumn) => string) =>
    [
      "coalesce(BillingCurrency, '') AS currency",
      ...columns.map((at) => `${of(at)} AS ${at}`),
    ].join(', ');
  const loaded = `SELECT ${cells(value)}, false AS x_rejected FROM ${staged.table} WHERE NOT x_odd`;
  const mended = `SELECT ${cells(text)}, x_rejected FROM ${staged.mendedTable}`;
  const rows = staged.counts.rowsOdd === 0 ? loaded : `${loaded} UNION ALL ${mended}`;
  const sums = columns.flatMap((column) => [
    `sum(${column})::VARCHAR`,
    `(sum(${column}) FILTER (x_rejected))::VARCHAR`,
  ]);
  return `SELECT ${['currency', ...sums].join(', ')} FROM (${rows}) GROUP BY 1 ORDER BY 1`;
}
