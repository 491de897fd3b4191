import type { Check, Mapping } from './layouts/layout.ts';
import type { CheckedColumns } from './source-columns.ts';

/** A condition on a row, and what is wrong where it holds. */
export interface Problem {
  readonly sourceColumn: string;
  readonly outcome: 'rejected' | 'loaded_without_value';
  readonly conditionSql: string;
  readonly valueSql: string;
  readonly reason: string;
}

/** Everything that can be wrong with a row of this mapping. Asked of the cells while loading, and of kept rows for the report. */
export function problemsOf(cells: CheckedColumns, mapping: Mapping): readonly Problem[] {
  const fromChecks = cells
    .checks()
    .map((check) => problemOf(check, cells.text(check.sourceColumn)));
  const currency = mapping.BillingCurrency ?? 'NULL';
  const account = mapping.SubAccountId ?? 'NULL';
  return [
    ...fromChecks,
    // Most bills are in dollars, and a pattern costs far more than a comparison.
    {
      sourceColumn: 'BillingCurrency',
      outcome: 'rejected',
      conditionSql: `CASE WHEN (${currency}) = 'USD' THEN false ELSE NOT coalesce(regexp_full_match(${currency}, '[A-Z]{3}'), false) END`,
      valueSql: currency,
      reason: 'not a currency code of three capital letters',
    },
    {
      sourceColumn: 'SubAccountId',
      outcome: 'rejected',
      conditionSql: `(${account}) IS NULL`,
      valueSql: 'NULL',
      reason: 'no account: neither a sub account nor a billing account is named',
    },
  ];
}

const REASONS = {
  decimal: 'not a plain decimal number',
  instant: 'not a date or time between 1990 and 2199',
  tags: 'not a JSON object of tags',
  category: 'not a known charge category or line item type',
} as const;

function problemOf(check: Check, text: string): Problem {
  const isBad = `(${check.parsedSql}) IS NULL`;
  return {
    sourceColumn: check.sourceColumn,
    outcome: check.need === 'optional' ? 'loaded_without_value' : 'rejected',
    conditionSql: check.need === 'required' ? isBad : `((${text}) IS NOT NULL AND ${isBad})`,
    valueSql: text,
    reason: check.need === 'required' ? `missing, or ${REASONS[check.kind]}` : REASONS[check.kind],
  };
}

/** A condition that holds where some problem of this outcome does. */
export function anyOf(problems: readonly Problem[], outcome: Problem['outcome']): string {
  const conditions = problems
    .filter((problem) => problem.outcome === outcome)
    .map((problem) => problem.conditionSql);
  return conditions.length === 0 ? 'false' : conditions.join('\n OR ');
}
