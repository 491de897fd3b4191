import type { Engine } from '../duck/engine.ts';
import { isOneOf } from '../duck/sql.ts';
import { numberSql } from './check-sql.ts';
import { CURRENCY_CODES } from './currencies.ts';
import type { RawTable } from './raw-table.ts';

type Cell = (column: string) => string;

/** What shows in the data that a provider supports something: the columns to look at, and SQL of an aggregate over them. */
interface Criterion {
  readonly columns: readonly string[];
  readonly shownSql: (cell: Cell) => string;
}

/** Whether a criterion holds, and by whose word. */
export interface CriterionVerdict {
  readonly name: string;
  readonly met: boolean;
  readonly basis: 'data' | 'told';
}

const anyValue = (...columns: readonly string[]): Criterion => ({
  columns,
  shownSql: (cell) =>
    `bool_or(${columns.map((column) => `${cell(column)} IS NOT NULL`).join(' OR ')})`,
});

const severalValues = (column: string): Criterion => ({
  columns: [column],
  shownSql: (cell) => `count(DISTINCT ${cell(column)}) > 1`,
});

const anyRow = (
  columns: readonly string[],
  rowSql: (...cells: readonly string[]) => string,
): Criterion => ({
  columns,
  shownSql: (cell) => `bool_or(${rowSql(...columns.map(cell))})`,
});

const differ = (a = '', b = '') => `${numberSql(a)} <> ${numberSql(b)}`;

/** Every applicability criterion of the 1.2 model: a provider supports what its rows show. */
export const CRITERIA: ReadonlyMap<string, Criterion> = new Map([
  ['ACCOUNT_NAMING_SUPPORTED', anyValue('BillingAccountName', 'SubAccountName')],
  ['AVAILABILITY_ZONE_SUPPORTED', anyValue('AvailabilityZone')],
  [
    'CAPACITY_RESERVATION_SUPPORTED',
    anyValue('CapacityReservationId', 'CapacityReservationStatus'),
  ],
  [
    'COMMITMENT_DISCOUNT_SUPPORTED',
    anyValue('CommitmentDiscountId', 'CommitmentDiscountCategory', 'CommitmentDiscountStatus'),
  ],
  ['MULTIPLE_PRICING_CATEGORIES_SUPPORTED', severalValues('PricingCategory')],
  ['MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED', severalValues('SubAccountType')],
  ['MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED', severalValues('BillingAccountType')],
  [
    'NEGOTIATED_PRICING_SUPPORTED',
    anyRow(
      ['ContractedUnitPrice', 'ListUnitPrice', 'ContractedCost', 'ListCost'],
      (price, listPrice, cost, listCost) =>
        `${differ(price, listPrice)} OR ${differ(cost, listCost)}`,
    ),
  ],
  [
    'PUBLIC_PRICE_LIST_SUPPORTED',
    anyRow(
      ['ListUnitPrice', 'ListCost'],
      (price = '', cost) => `${price} IS NOT NULL OR ${differ(cost, "'0'")}`,
    ),
  ],
  ['USAGE_MEASUREMENT_SUPPORTED', anyValue('ConsumedQuantity', 'ConsumedUnit')],
  [
    'UNIT_PRICING_SUPPORTED',
    anyValue('ListUnitPrice', 'ContractedUnitPrice', 'PricingQuantity', 'PricingUnit'),
  ],
  ['SUB_ACCOUNT_SUPPORTED', anyValue('SubAccountId', 'SubAccountName')],
  ['BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED', anyValue('ResourceId', 'ResourceName')],
  ['RESOURCE_TYPE_ASSIGNMENT_SUPPORTED', anyValue('ResourceType')],
  [
    'PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED',
    anyRow(['PricingCurrency', 'BillingCurrency'], (priced, billed) => `${priced} <> ${billed}`),
  ],
  [
    'VIRTUAL_CURRENCY_SUPPORTED',
    anyRow(['PricingCurrency'], (cell = '') => `NOT ${isOneOf(cell, CURRENCY_CODES)}`),
  ],
  ['REGION_SUPPORTED', anyValue('RegionId', 'RegionName', 'AvailabilityZone')],
  ['TAGGING_SUPPORTED', anyValue('Tags')],
]);

/** The columns that criteria are judged by. */
export const CRITERIA_COLUMNS: readonly string[] = [...CRITERIA.values()].flatMap(
  ({ columns }) => columns,
);

/** Judges every criterion on the whole file; what the caller says about a provider goes before what its rows show. */
export async function judgeCriteria(
  engine: Engine,
  table: RawTable,
  told: ReadonlyMap<string, boolean>,
): Promise<ReadonlyMap<string, CriterionVerdict>> {
  const cell: Cell = (column) => table.column(column)?.sql ?? 'NULL::VARCHAR';
  const names = [...CRITERIA.keys()];
  const shown = [...CRITERIA.values()].map(
    ({ shownSql }) => `coalesce(${shownSql(cell)}, false)::VARCHAR`,
  );
  const [row = []] = await engine.rows(`SELECT ${shown.join(', ')} FROM ${table.table}`);
  return new Map(
    names.map((name, index) => {
      const said = told.get(name);
      const met = said ?? row[index] === 'true';
      return [name, { name, met, basis: said === undefined ? 'data' : 'told' }] as const;
    }),
  );
}
