import { invariant } from '@counterfoil/core';
import { literal } from '../duck/sql.ts';
import { CANONICAL_COLUMNS, readSql, type CanonicalColumn } from '../ingest/canonical.ts';
import type { VersionPart } from './manifest.ts';

/** Rows of one part, and what of them a version counts. */
export interface ChargesFile extends Omit<VersionPart, 'partId' | 'mended'> {
  readonly path: string;
  /** The rows that stand as odd in the other file, and were mended. */
  readonly mendedPath: string | null;
}

/** Sums of one part, and what of them a version counts. */
export type FacetsFile = Pick<ChargesFile, 'path' | 'billingPeriods'>;

/** Every path that {@link chargesSql} reads. */
export function chargesPaths(files: readonly ChargesFile[]): readonly string[] {
  return files.flatMap(({ path, mendedPath }) =>
    mendedPath === null ? [path] : [path, mendedPath],
  );
}

/**
 * The charges of a version as one relation: the canonical columns as `SQL_TYPES` says, `x_SourceFile` (place of the part in the version,
 * from 0) and `x_SourceRow` (record in the file, from 1). Row numbers are stored only where they differ from the place in the file.
 */
export function chargesSql(files: readonly ChargesFile[]): string {
  return relationsOf(files, (column, { decimals }) => readSql(column, decimals)).join(
    ' UNION ALL ',
  );
}

/**
 * The same as several relations, to be aggregated one by one: decimals are as narrow as they are stored, which makes arithmetic on them
 * many times faster.
 */
export function storedChargesSql(files: readonly ChargesFile[]): readonly string[] {
  return relationsOf(files, (column) => readSql(column, 'wide'));
}

/** These canonical columns of a version, decimals as narrow as they are stored: what one question reads, and quick to plan. */
export function storedColumnsSql(
  files: readonly ChargesFile[],
  columns: readonly CanonicalColumn[],
): string {
  const selected = columns.map((column) => readSql(column, 'wide')).join(', ');
  return tablesOf(files)
    .map((group) => `SELECT ${selected} ${fromSql(group, BILLING_DAY, oddConditions(group[0]))}`)
    .join(' UNION ALL ');
}

function relationsOf(
  files: readonly ChargesFile[],
  columnSql: (column: CanonicalColumn, table: Table) => string,
): readonly string[] {
  return tablesOf(files).map((group) => {
    const [table] = group;
    const columns = CANONICAL.map((column) => columnSql(column, table)).join(', ');
    return `SELECT ${columns}, ${placeSql(group)} AS x_SourceFile, coalesce(x_SourceRow, file_row_number + 1) AS x_SourceRow
    ${fromSql(group, BILLING_DAY, oddConditions(table))}`;
  });
}

const BILLING_DAY = 'CAST(BillingPeriodStart AS DATE)';

/** Rows that were mended stand in the other file. */
function oddConditions({ isWhole }: Table): readonly string[] {
  return isWhole ? [] : ['NOT x_odd'];
}

/** The Parquet files of a version, those together that can be read as one. */
function tablesOf(files: readonly ChargesFile[]): readonly Group<Table>[] {
  const tables = files.flatMap(({ path, mendedPath, billingPeriods, decimals }, place): Table[] => {
    const table = { path, place, billingPeriods, decimals, isWhole: mendedPath === null };
    if (mendedPath === null) return [table];
    return [table, { ...table, path: mendedPath, decimals: 'wide', isWhole: true }];
  });
  return groupsOf(tables, ({ decimals, isWhole }) => `${decimals} ${isWhole}`);
}

/** The facets of a version as one relation, with `file`, the place of the part in the version. */
export function facetsSql(files: readonly FacetsFile[]): string {
  const placed = files.map((file, place) => ({ ...file, place }));
  return groupsOf(placed, () => '')
    .map((group) => `SELECT *, ${placeSql(group)} AS file ${fromSql(group, 'period', [])}`)
    .join(' UNION ALL ');
}

const CANONICAL = Object.keys(CANONICAL_COLUMNS) as readonly CanonicalColumn[];

type Placed = FacetsFile & { readonly place: number };

type Table = Placed & Pick<ChargesFile, 'decimals'> & { readonly isWhole: boolean };

type Group<Item> = readonly [Item, ...Item[]];

/** Files that are alike and of which every period counts are read together. */
function groupsOf<Item extends Placed>(
  items: readonly Item[],
  kindOf: (item: Item) => string,
): readonly Group<Item>[] {
  const groups = Map.groupBy(items, (item) =>
    item.billingPeriods === 'all' ? kindOf(item) : item,
  );
  return [...groups.values()].map(([first, ...others]) => {
    invariant(first !== undefined, 'a group has a file');
    return [first, ...others];
  });
}

function placeSql(group: Group<Placed>): string {
  const places = group.map(({ place }) => place);
  return places.every((at, index) => at === index)
    ? 'CAST(file_index AS INTEGER)'
    : `[${places.join(', ')}][CAST(file_index AS BIGINT) + 1]`;
}

function fromSql(group: Group<Placed>, periodSql: string, conditions: readonly string[]): string {
  const paths = group.map(({ path }) => literal(path)).join(', ');
  const every = [...conditions, ...periodConditions(group[0].billingPeriods, periodSql)];
  const where = every.length === 0 ? '' : ` WHERE ${every.join(' AND ')}`;
  return `FROM read_parquet([${paths}], file_row_number = true)${where}`;
}

function periodConditions(
  billingPeriods: VersionPart['billingPeriods'],
  periodSql: string,
): readonly string[] {
  if (billingPeriods === 'all') return [];
  if (billingPeriods.length === 0) return ['false'];
  const days = billingPeriods.map((day) => `DATE ${literal(day)}`).join(', ');
  return [`${periodSql} IN (${days})`];
}
