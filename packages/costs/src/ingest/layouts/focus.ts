import {
  CANONICAL_COLUMNS,
  CHARGE_CATEGORIES,
  COST_COLUMNS,
  type CanonicalColumn,
} from '../canonical.ts';
import { isOneOf } from '../../duck/sql.ts';
import type { Layout, Mapping, Need, SourceColumns } from './layout.ts';

const REQUIRED: ReadonlySet<string> = new Set([
  'BilledCost',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargePeriodEnd',
  'ChargePeriodStart',
]);

/** Columns of FOCUS 1.3 and 1.4 that have no place in the 1.2 table. */
const LATER_COLUMNS = [
  'AllocatedMethodDetails',
  'AllocatedMethodId',
  'AllocatedResourceId',
  'AllocatedResourceName',
  'AllocatedTags',
  'CommitmentProgramEligibilityDetails',
  'ContractApplied',
  'HostProviderName',
  'InvoiceDetailId',
  'ServiceProviderName',
  'x_Operation',
  'x_UsageType',
];

const KNOWN: ReadonlySet<string> = new Set(
  [...Object.keys(CANONICAL_COLUMNS), ...LATER_COLUMNS].map((column) => column.toLowerCase()),
);

/** Columns that tell the version, newest first (CHANGELOG of the specification). */
const VERSION_MARKS: readonly (readonly [string, readonly string[]])[] = [
  ['1.3', ['ServiceProviderName', 'HostProviderName', 'AllocatedMethodId', 'ContractApplied']],
  ['1.2', ['InvoiceId', 'PricingCurrency', 'BillingAccountType', 'SubAccountType']],
  ['1.1', ['SkuMeter', 'ServiceSubcategory', 'CapacityReservationId', 'SkuPriceDetails']],
];

/** FOCUS Cost and Usage, versions 1.0 to 1.4. */
export const focusLayout: Layout = {
  layoutId: 'focus',
  label: 'FOCUS Cost and Usage (1.0 to 1.4)',
  requiredColumns: [
    ['BilledCost'],
    ['BillingAccountId'],
    ['BillingCurrency'],
    ['BillingPeriodStart'],
    ['BillingPeriodEnd'],
    ['ChargeCategory'],
    ['ChargePeriodStart'],
    ['ChargePeriodEnd'],
    ['ServiceName'],
    ['ProviderName', 'ServiceProviderName'],
  ],
  describe,
  map: mapFocus,
  knows: (column) => KNOWN.has(column.toLowerCase()),
  directCosts: (source) =>
    Object.fromEntries(
      COST_COLUMNS.filter((column) => source.has(column)).map((column) => [column, column]),
    ),
};

function describe(columns: readonly string[]): string {
  const names = new Set(columns.map((column) => column.toLowerCase()));
  const has = (column: string) => names.has(column.toLowerCase());
  if (has('CommitmentProgramEligibilityDetails') || !has('ProviderName')) return 'FOCUS 1.4';
  const found = VERSION_MARKS.find(([, marks]) => marks.some(has));
  return `FOCUS ${found?.[0] ?? '1.0'}`;
}

function mapFocus(source: SourceColumns): Mapping {
  const mapping: { [column in CanonicalColumn]?: string } = {};
  for (const [column, type] of Object.entries(CANONICAL_COLUMNS) as [CanonicalColumn, string][]) {
    if (!source.has(column)) continue;
    mapping[column] = columnSql(source, column, type);
  }
  return {
    ...mapping,
    ProviderName: `coalesce(${source.text('ProviderName')}, ${source.text('ServiceProviderName')})`,
    PublisherName: `coalesce(${source.text('PublisherName')}, ${source.text('HostProviderName')})`,
    SubAccountId: `coalesce(${source.text('SubAccountId')}, ${source.text('BillingAccountId')})`,
    x_UsageType: `coalesce(${source.text('x_UsageType')}, ${source.text('SkuMeter')})`,
  };
}

function columnSql(source: SourceColumns, column: CanonicalColumn, type: string): string {
  const need: Need = REQUIRED.has(column)
    ? 'required'
    : (COST_COLUMNS as readonly string[]).includes(column)
      ? 'exact'
      : 'optional';
  if (column === 'ChargeCategory') {
    return source.category(
      column,
      (text) => `CASE WHEN ${isOneOf(text, CHARGE_CATEGORIES)} THEN ${text} END`,
    );
  }
  if (type === 'decimal') return source.decimal(column, need);
  if (type === 'instant') return source.instant(column, need);
  if (type === 'tags') return source.tags(column);
  return source.text(column);
}
