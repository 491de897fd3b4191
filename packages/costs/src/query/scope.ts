import type { DuckDBValue } from '@duckdb/node-api';
import type { Engine, Parameter, TextRow } from '../duck/engine.ts';
import {
  chargesPaths,
  chargesSql,
  storedColumnsSql,
  type ChargesFile,
} from '../versions/charges-relation.ts';
import type { CanonicalColumn } from '../ingest/canonical.ts';
import type { Fragment } from './dimensions.ts';

/** The accounts that a handle can see; `all` is for the intake, which watches every account. */
export type Scope = readonly string[] | 'all';

/**
 * Rows of one version within one scope. SQL given to it can read one relation, `scoped`; the account filter stands here
 * and nowhere else, so no plan can be written that forgets it.
 */
export interface ScopedRows {
  readonly scope: Scope;
  rows(query: Fragment): Promise<readonly TextRow[]>;
  /**
   * As `rows`, but whole columns of DuckDB's own values. `only` names the columns that the plan reads; they come as they are stored,
   * decimals with as few digits as the files need, which is quicker to plan and to add up.
   */
  columns(
    query: Fragment,
    only?: readonly CanonicalColumn[],
  ): Promise<readonly (readonly DuckDBValue[])[]>;
}

/** Lets an engine read the charges of one version, and no other file from then on. */
export async function openCharges(engine: Engine, charges: readonly ChargesFile[]): Promise<void> {
  // The files of a version never change, so what their ends say of them need not be read for each question.
  await engine.run('SET parquet_metadata_cache = true');
  await engine.lock(chargesPaths(charges));
  await engine.run(`CREATE TEMP VIEW every_charge AS ${chargesSql(charges)}`);
}

/** Charges that {@link openCharges} prepared an engine for. */
export interface OpenCharges {
  readonly engine: Engine;
  readonly charges: readonly ChargesFile[];
}

/** Narrows open charges to a scope. An empty list sees nothing. */
export function scopedRows(
  { engine, charges }: OpenCharges,
  scope: Scope,
  timeoutMs: number,
): ScopedRows {
  const accounts: readonly Parameter[] = scope === 'all' ? [] : scope;
  const condition =
    scope === 'all'
      ? 'true'
      : scope.length === 0
        ? 'false'
        : `SubAccountId IN (${scope.map(() => '?').join(', ')})`;
  const within = (only?: readonly CanonicalColumn[]) => {
    const relation =
      only === undefined
        ? 'every_charge'
        : `(${storedColumnsSql(charges, [...new Set<CanonicalColumn>(['SubAccountId', ...only])])})`;
    return `WITH scoped AS (SELECT * FROM ${relation} WHERE ${condition})`;
  };
  return {
    scope,
    rows: ({ sql, parameters }) =>
      engine.select(`${within()} ${sql}`, [...accounts, ...parameters], timeoutMs),
    columns: ({ sql, parameters }, only) =>
      engine.columns(`${within(only)} ${sql}`, [...accounts, ...parameters], timeoutMs),
  };
}
