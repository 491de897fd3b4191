import { invariant, type CostQuery } from '@counterfoil/core';
import { literal } from '../duck/sql.ts';
import { filtersSql, type ColumnFragment, type Fragment } from './dimensions.ts';
import type { Period } from './plan-fields.ts';

/** Charge categories of a plan that names none. */
const CATEGORIES_DEFAULT = ['Usage'] as const;

/** A purchase of a commitment, whose cost comes again as the effective cost of the usage that it covers. */
export const COMMITMENT_PURCHASE = `(ChargeCategory = 'Purchase' AND (CommitmentDiscountCategory IS NOT NULL OR CommitmentDiscountId IS NOT NULL))`;

type Filter = CostQuery['filter'];

/** One spelling per filter, so that an id does not depend on the order of keys and values; usage where no category is named. */
export function normalFilter(filter: Filter): Filter {
  const entries = Object.entries({ chargeCategory: CATEGORIES_DEFAULT, ...filter })
    .map(([name, values]) => [name, [...new Set(values)].toSorted()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/**
 * Condition of the charges that a plan sums. Commitment purchases are never added to the usage that they pay for: they count only
 * where usage is not asked for, or where categories are kept apart by a group.
 */
export function selectionSql({
  filter,
  groupBy,
}: Pick<CostQuery, 'filter' | 'groupBy'>): ColumnFragment {
  const filters = filtersSql(filter);
  const categories = filter.chargeCategory ?? [];
  const both = categories.includes('Usage') && categories.includes('Purchase');
  if (!both || groupBy.includes('chargeCategory')) return filters;
  return {
    sql: `${filters.sql} AND NOT ${COMMITMENT_PURCHASE}`,
    parameters: filters.parameters,
    columns: [
      ...filters.columns,
      'ChargeCategory',
      'CommitmentDiscountCategory',
      'CommitmentDiscountId',
    ],
  };
}

/**
 * Condition that a charge starts within the period. Days stand in the text, being nothing but digits: only what is known when a plan is
 * made can be compared with what the files say of their rows.
 */
export function withinSql({ fromDate, toDate }: Period): Fragment {
  const instant = (day: string) => {
    invariant(/^\d{4}-\d{2}-\d{2}$/.test(day), `${day} is a day`);
    return `TIMESTAMP ${literal(day)}`;
  };
  return {
    sql: `(ChargePeriodStart >= ${instant(fromDate)} AND ChargePeriodStart < ${instant(toDate)})`,
    parameters: [],
  };
}
