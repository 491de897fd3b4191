import { invariant } from '@counterfoil/core';
import { literal } from '../duck/sql.ts';
import { CANONICAL_COLUMNS, readSql, type CanonicalColumn } from '../ingest/canonical.ts';
import type { VersionPart } from './manifest.ts';

/** A file of one part, and what of it a version counts. */
export interface ChargesFile extends Omit<VersionPart, 'partId'> {
  readonly path: string;
}

/**
 * The charges of a version as one relation: the canonical columns as `SQL_TYPES` says, `x_SourceFile` (place of the part in the version,
 * from 0) and `x_SourceRow` (record in the file, from 1).
 */
export function chargesSql(files: readonly ChargesFile[]): string {
  return groupsOf(files)
    .map(({ decimals, fromSql, placeSql }) => {
      const columns = (Object.keys(CANONICAL_COLUMNS) as CanonicalColumn[]).map((column) =>
        readSql(column, decimals),
      );
      return `SELECT ${columns.join(', ')}, ${placeSql} AS x_SourceFile, coalesce(x_SourceRow, file_row_number + 1) AS x_SourceRow ${fromSql('CAST(BillingPeriodStart AS DATE)')}`;
    })
    .join(' UNION ALL ');
}

/** The facets of a version as one relation, with `file`, the place of the part in the version. */
export function facetsSql(files: readonly ChargesFile[]): string {
  return groupsOf(files)
    .map(({ fromSql, placeSql }) => `SELECT *, ${placeSql} AS file ${fromSql('period')}`)
    .join(' UNION ALL ');
}

interface Group {
  readonly decimals: VersionPart['decimals'];
  /** Place of the part in the version. */
  readonly placeSql: string;
  /** Its rows that count, given what says their billing period. */
  fromSql(periodSql: string): string;
}

/** Files that are stored alike and of which every period counts are read together. */
function groupsOf(files: readonly ChargesFile[]): readonly Group[] {
  const placed = files.map((file, place) => ({ ...file, place }));
  const groups = Map.groupBy(placed, ({ decimals, billingPeriods, place }) =>
    billingPeriods === 'all' ? decimals : place,
  );
  return [...groups.values()].map((group): Group => {
    const paths = group.map(({ path }) => literal(path)).join(', ');
    const places = group.map(({ place }) => place);
    const [first] = group;
    invariant(first !== undefined, 'a group has a file');
    const { decimals, billingPeriods } = first;
    return {
      decimals,
      placeSql: places.every((at, index) => at === index)
        ? 'CAST(file_index AS INTEGER)'
        : `[${places.join(', ')}][CAST(file_index AS BIGINT) + 1]`,
      fromSql: (periodSql) =>
        `FROM read_parquet([${paths}], file_row_number = true)${whereSql(billingPeriods, periodSql)}`,
    };
  });
}

function whereSql(billingPeriods: VersionPart['billingPeriods'], periodSql: string): string {
  if (billingPeriods === 'all') return '';
  if (billingPeriods.length === 0) return ' WHERE false';
  const days = billingPeriods.map((day) => `DATE ${literal(day)}`).join(', ');
  return ` WHERE ${periodSql} IN (${days})`;
}
