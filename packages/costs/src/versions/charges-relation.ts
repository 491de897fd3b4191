import { literal } from '../duck/sql.ts';
import { CANONICAL_COLUMNS } from '../ingest/canonical.ts';
import type { VersionPart } from './manifest.ts';

/** Rows of one part as a version has them. */
export interface ChargesFile extends Pick<VersionPart, 'billingPeriods'> {
  readonly path: string;
}

const CANONICAL = Object.keys(CANONICAL_COLUMNS).join(', ');

/**
 * The charges of a version as one relation: the canonical columns, `x_SourceFile` (place of the part in the version, from 0) and
 * `x_SourceRow` (record in the file, from 1). Parts of which every period counts are read together.
 */
export function chargesSql(files: readonly ChargesFile[]): string {
  const placed = files.map((file, place) => ({ ...file, place }));
  const whole = placed.filter(({ billingPeriods }) => billingPeriods === 'all');
  const cut = placed.filter(({ billingPeriods }) => billingPeriods !== 'all');
  const groups = [...(whole.length > 0 ? [whole] : []), ...cut.map((file) => [file])];
  return groups.map(groupSql).join(' UNION ALL ');
}

type Placed = ChargesFile & { readonly place: number };

/** Row numbers are stored only where they differ from the place in the file. */
function groupSql(group: readonly Placed[]): string {
  const paths = group.map(({ path }) => literal(path)).join(', ');
  const places = group.map(({ place }) => place);
  const place = places.every((at, index) => at === index)
    ? 'file_index'
    : `[${places.join(', ')}][CAST(file_index AS BIGINT) + 1]`;
  return `SELECT ${CANONICAL}, CAST(${place} AS INTEGER) AS x_SourceFile, coalesce(x_SourceRow, file_row_number + 1) AS x_SourceRow
    FROM read_parquet([${paths}], file_row_number = true)${whereSql(group[0]?.billingPeriods)}`;
}

function whereSql(billingPeriods: VersionPart['billingPeriods'] | undefined): string {
  if (billingPeriods === undefined || billingPeriods === 'all') return '';
  if (billingPeriods.length === 0) return ' WHERE false';
  const days = billingPeriods.map((day) => `DATE ${literal(day)}`).join(', ');
  return ` WHERE CAST(BillingPeriodStart AS DATE) IN (${days})`;
}
