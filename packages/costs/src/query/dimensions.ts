import { InputError, type CostDimension, type CostQuery } from '@counterfoil/core';
import type { Parameter } from '../duck/engine.ts';

type GroupColumn = CostQuery['groupBy'][number];

/** What a query may group or filter by, and the canonical column behind it. Tags are the exception: their key is a parameter. */
const COLUMNS = {
  subAccountId: 'SubAccountId',
  serviceName: 'ServiceName',
  regionId: 'RegionId',
  usageType: 'x_UsageType',
  resourceId: 'ResourceId',
  day: 'CAST(ChargePeriodStart AS DATE)',
  chargeCategory: 'ChargeCategory',
  pricingCategory: 'PricingCategory',
  commitmentDiscountStatus: 'CommitmentDiscountStatus',
  pricingUnit: 'PricingUnit',
  billingCurrency: 'BillingCurrency',
} as const satisfies Record<Exclude<GroupColumn, `tag:${string}`>, string>;

const TAG_KEY_CHARS_MAX = 256;

/** A piece of SQL with the values of its question marks, in order. */
export interface Fragment {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Whether the text names something to group by. */
export function isGroupColumn(name: string): name is GroupColumn {
  return Object.hasOwn(COLUMNS, name) || isTag(name);
}

/** Whether the text names a dimension of a cost element. */
export function isDimension(name: string): name is CostDimension {
  return (
    ['subAccountId', 'serviceName', 'regionId', 'usageType', 'resourceId'].includes(name) ||
    isTag(name)
  );
}

function isTag(name: string): boolean {
  return name.startsWith('tag:') && name.length > 4 && name.length <= TAG_KEY_CHARS_MAX + 4;
}

/** SQL of a dimension; a tag's key travels as a parameter. */
export function dimensionSql(name: string): Fragment {
  if (Object.hasOwn(COLUMNS, name)) {
    return { sql: COLUMNS[name as keyof typeof COLUMNS], parameters: [] };
  }
  if (isTag(name)) return { sql: 'map_extract_value(Tags, ?)', parameters: [name.slice(4)] };
  throw new InputError(
    'DIMENSION_UNKNOWN',
    `"${name.slice(0, 60)}" is nothing to group or filter by`,
    {
      remedy: `use one of ${Object.keys(COLUMNS).join(', ')}, or tag:<key>`,
    },
  );
}

/** A condition that the dimension has one of these values; an empty text means "has none". */
export function filterSql(name: string, values: readonly string[]): Fragment {
  const { sql, parameters } = dimensionSql(name);
  const marks = values.map(() => '?').join(', ');
  const text = name === 'day' ? `CAST(${sql} AS VARCHAR)` : sql;
  // Only a bare column can be compared with what Parquet says of its row groups.
  const subject = values.includes('') ? `coalesce(${text}, '')` : text;
  return {
    sql: `${subject} IN (${marks})`,
    parameters: [...parameters, ...values],
  };
}

/** A condition per entry, joined by AND; nothing filtered where there is none. */
export function filtersSql(filter: {
  readonly [name: string]: readonly string[] | undefined;
}): Fragment {
  const parts = Object.entries(filter)
    .filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => filterSql(name, values));
  return {
    sql: parts.length === 0 ? 'true' : parts.map((part) => part.sql).join(' AND '),
    parameters: parts.flatMap((part) => part.parameters),
  };
}
