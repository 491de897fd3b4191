import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api';

/** The items of a list that the lake answered with; none of anything else. */
export function itemsOf(value: DuckDBValue | undefined): readonly DuckDBValue[] {
  return value instanceof DuckDBListValue ? value.items : [];
}
