import { absoluteDecimal, compareDecimal } from '@counterfoil/core';
import { literal } from '../duck/sql.ts';
import type { Engine, TextRow } from '../duck/engine.ts';
import type { Reconciliation, TotalRow } from '../versions/manifest.ts';
import { COST_COLUMNS, SQL_TYPES, type CostColumn } from './canonical.ts';
import type { StagedFile } from './stage.ts';

/** Sums of the published table by currency, charge category and billing period; of one file where `fileIndex` is given. */
export async function readTotals(
  engine: Engine,
  chargesPath: string,
  fileIndex?: number,
): Promise<readonly TotalRow[]> {
  const where = fileIndex === undefined ? '' : `WHERE x_SourceFile = ${fileIndex}`;
  const sums = COST_COLUMNS.map((column) => `sum(${column})::VARCHAR`).join(', ');
  const rows =
    await engine.rows(`SELECT BillingCurrency, ChargeCategory, CAST(BillingPeriodStart AS DATE)::VARCHAR, count(*), ${sums}
    FROM read_parquet(${literal(chargesPath)}) ${where} GROUP BY ALL ORDER BY ALL`);
  return rows.map(([currency, category, period, count, ...costs]) => ({
    currency: currency ?? '',
    chargeCategory: category ?? '',
    billingPeriod: period ?? '',
    rows: Number(count),
    costs: Object.fromEntries(
      COST_COLUMNS.map((column, at) => [column, costs[at] ?? null]),
    ) as TotalRow['costs'],
  }));
}

/**
 * Compares each cost column that a file carries directly: the raw text of the source column, summed before any mapping,
 * against the published table read back from disk plus the rejected rows. One entry a column and currency.
 */
export async function reconcileFile(
  engine: Engine,
  staged: StagedFile,
  chargesPath: string,
): Promise<readonly Reconciliation[]> {
  const names = new Set(staged.header.map((name) => name.toLowerCase()));
  const direct = staged.layout.directCosts({ has: (name) => names.has(name.toLowerCase()) });
  const entries: Reconciliation[] = [];
  for (const column of COST_COLUMNS) {
    const sourceColumn = direct[column];
    if (sourceColumn === undefined) continue;
    const rows = await engine.rows(reconcileSql(staged, column, chargesPath));
    entries.push(...rows.map((row) => reconciliationOf(row, sourceColumn, column)));
  }
  return entries;
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

/** The currency of the raw row is only a label here, so a rejected row without one still counts (as `''`). */
function reconcileSql(staged: StagedFile, column: CostColumn, chargesPath: string): string {
  const sourceValue = `TRY_CAST(x_src_${column} AS ${SQL_TYPES.decimal})`;
  return `SELECT currency, sum(source)::VARCHAR, sum(loaded)::VARCHAR, sum(rejected)::VARCHAR, (sum(source) - sum(loaded) - sum(rejected))::VARCHAR
    FROM (
      SELECT coalesce(BillingCurrency, '') AS currency, coalesce(${sourceValue}, 0) AS source, 0 AS loaded,
        CASE WHEN x_rejected THEN coalesce(${sourceValue}, 0) ELSE 0 END AS rejected FROM ${staged.table}
      UNION ALL BY NAME
      SELECT BillingCurrency AS currency, 0 AS source, coalesce(${column}, 0) AS loaded, 0 AS rejected
      FROM read_parquet(${literal(chargesPath)}) WHERE x_SourceFile = ${staged.index}
    ) GROUP BY currency ORDER BY currency`;
}

function reconciliationOf(
  [currency, source, loaded, rejected, difference]: TextRow,
  sourceColumn: string,
  column: CostColumn,
): Reconciliation {
  return {
    sourceColumn,
    column,
    currency: currency ?? '',
    source: source ?? '0',
    loaded: loaded ?? '0',
    rejected: rejected ?? '0',
    difference: difference ?? '0',
  };
}
