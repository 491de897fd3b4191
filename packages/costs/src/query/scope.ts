import type { DuckDBValue } from '@duckdb/node-api';
import type { Engine, Parameter, TextRow } from '../duck/engine.ts';
import { literal } from '../duck/sql.ts';
import { CANONICAL_COLUMNS } from '../ingest/canonical.ts';
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
  columns(query: Fragment): Promise<readonly (readonly DuckDBValue[])[]>;
}

/** Row numbers are stored only where they differ from the place in the file. */
const COLUMNS = [
  ...Object.keys(CANONICAL_COLUMNS),
  'x_SourceFile',
  'coalesce(x_SourceRow, file_row_number + 1) AS x_SourceRow',
].join(', ');

/** Lets an engine read one Parquet file of charges, and nothing else from then on. */
export async function openCharges(engine: Engine, chargesPath: string): Promise<void> {
  await engine.lock([chargesPath]);
  await engine.run(
    `CREATE TEMP VIEW every_charge AS SELECT ${COLUMNS} FROM read_parquet(${literal(chargesPath)}, file_row_number = true)`,
  );
}

/** Narrows an engine that {@link openCharges} prepared to a scope. An empty list sees nothing. */
export function scopedRows(engine: Engine, scope: Scope, timeoutMs: number): ScopedRows {
  const accounts: readonly Parameter[] = scope === 'all' ? [] : scope;
  const condition =
    scope === 'all'
      ? 'true'
      : scope.length === 0
        ? 'false'
        : `SubAccountId IN (${scope.map(() => '?').join(', ')})`;
  const within = `WITH scoped AS (SELECT * FROM every_charge WHERE ${condition})`;
  return {
    scope,
    rows: ({ sql, parameters }) =>
      engine.select(`${within} ${sql}`, [...accounts, ...parameters], timeoutMs),
    columns: ({ sql, parameters }) =>
      engine.columns(`${within} ${sql}`, [...accounts, ...parameters], timeoutMs),
  };
}
