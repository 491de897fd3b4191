import {
  InputError,
  type ChargeDimension,
  type CostDimension,
  type CostQuery,
} from '@counterfoil/core';
import type { Parameter } from '../duck/engine.ts';
import { CANONICAL_COLUMNS, type CanonicalColumn } from '../ingest/canonical.ts';

type GroupColumn = CostQuery['groupBy'][number];
type Tag = `tag:${string}`;

/** Canonical columns under the name of their dimension; quantities, prices and instants are none. */
type TextColumn = {
  [column in CanonicalColumn]: (typeof CANONICAL_COLUMNS)[column] extends 'text' ? column : never;
}[CanonicalColumn];
type NameOf<Column extends string> = Column extends `x_${infer Own}`
  ? Uncapitalize<Own>
  : Uncapitalize<Column>;

/** Every text column is a dimension, so that a column added to the canonical table can be asked for at once. */
const COLUMNS = Object.fromEntries(
  Object.entries(CANONICAL_COLUMNS)
    .filter(([, type]) => type === 'text')
    .map(([column]) => [nameOf(column), column]),
) as { readonly [column in TextColumn as NameOf<column>]: column };

// Fails to compile where the port promises a dimension that has no column.
COLUMNS satisfies Record<Exclude<ChargeDimension, Tag>, TextColumn>;

/** Spans of time, in UTC. The text of a span is told by {@link textOfGroup}. */
const TIMES = {
  hour: { sql: `date_trunc('hour', ChargePeriodStart)`, column: 'ChargePeriodStart' },
  day: { sql: 'CAST(ChargePeriodStart AS DATE)', column: 'ChargePeriodStart' },
  week: { sql: `CAST(date_trunc('week', ChargePeriodStart) AS DATE)`, column: 'ChargePeriodStart' },
  month: {
    sql: `CAST(date_trunc('month', ChargePeriodStart) AS DATE)`,
    column: 'ChargePeriodStart',
  },
  billingPeriod: {
    sql: `CAST(date_trunc('month', BillingPeriodStart) AS DATE)`,
    column: 'BillingPeriodStart',
  },
} as const satisfies Record<
  Exclude<GroupColumn, ChargeDimension>,
  { readonly sql: string; readonly column: CanonicalColumn }
>;

const ELEMENT_DIMENSIONS: readonly string[] = [
  'subAccountId',
  'serviceName',
  'regionId',
  'usageType',
  'resourceId',
] satisfies readonly CostDimension[];

const TAG_KEY_CHARS_MAX = 256;
const MONTH_CHARS = 7;
const HOUR_CHARS = 16;

/** A piece of SQL with the values of its question marks, in order. */
export interface Fragment {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** A fragment, and the canonical columns that it reads. */
export interface ColumnFragment extends Fragment {
  readonly columns: readonly CanonicalColumn[];
}

/** All names to group by except tags, in the order of the canonical table, times last. */
export const GROUP_NAMES: readonly string[] = [...Object.keys(COLUMNS), ...Object.keys(TIMES)];

/** Whether the text names something to group by. */
export function isGroupColumn(name: string): name is GroupColumn {
  return isChargeDimension(name) || Object.hasOwn(TIMES, name);
}

/** Whether the text names something to filter by. */
export function isChargeDimension(name: string): name is ChargeDimension {
  return Object.hasOwn(COLUMNS, name) || isTag(name);
}

/** Whether the text names a dimension of a cost element. */
export function isDimension(name: string): name is CostDimension {
  return ELEMENT_DIMENSIONS.includes(name) || isTag(name);
}

function nameOf(column: string): string {
  const own = column.startsWith('x_') ? column.slice(2) : column;
  return own.charAt(0).toLowerCase() + own.slice(1);
}

function isTag(name: string): name is Tag {
  return name.startsWith('tag:') && name.length > 4 && name.length <= TAG_KEY_CHARS_MAX + 4;
}

/** SQL of a dimension; a tag's key travels as a parameter. */
export function dimensionSql(name: string): ColumnFragment {
  if (Object.hasOwn(COLUMNS, name)) {
    const column = COLUMNS[name as keyof typeof COLUMNS];
    return { sql: column, parameters: [], columns: [column] };
  }
  if (Object.hasOwn(TIMES, name)) {
    const { sql, column } = TIMES[name as keyof typeof TIMES];
    return { sql, parameters: [], columns: [column] };
  }
  if (isTag(name)) {
    const sql = 'map_extract_value(Tags, ?)';
    return { sql, parameters: [name.slice(4)], columns: ['Tags'] };
  }
  throw new InputError(
    'DIMENSION_UNKNOWN',
    `"${name.slice(0, 60)}" is nothing to group or filter by`,
    {
      remedy: `use one of ${GROUP_NAMES.join(', ')}, or tag:<key>`,
    },
  );
}

/** The value of a group as text: spans of time as far as they go. */
export function textOfGroup(name: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = String(value);
  if (name === 'month' || name === 'billingPeriod') return text.slice(0, MONTH_CHARS);
  return name === 'hour' ? `${text.slice(0, HOUR_CHARS).replace(' ', 'T')}Z` : text;
}

/** A condition that the dimension has one of these values; an empty text means "has none". */
export function filterSql(name: string, values: readonly string[]): ColumnFragment {
  const { sql, parameters, columns } = dimensionSql(name);
  const marks = values.map(() => '?').join(', ');
  // Only a bare column can be compared with what Parquet says of its row groups.
  const subject = values.includes('') ? `coalesce(${sql}, '')` : sql;
  return { sql: `${subject} IN (${marks})`, parameters: [...parameters, ...values], columns };
}

/** A condition per entry, joined by AND; nothing filtered where there is none. */
export function filtersSql(filter: {
  readonly [name: string]: readonly string[] | undefined;
}): ColumnFragment {
  const parts = Object.entries(filter)
    .filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => filterSql(name, values));
  return {
    sql: parts.length === 0 ? 'true' : parts.map((part) => part.sql).join(' AND '),
    parameters: parts.flatMap((part) => part.parameters),
    columns: parts.flatMap((part) => part.columns),
  };
}
