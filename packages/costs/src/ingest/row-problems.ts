import type { Check, Mapping } from './layouts/layout.ts';
import { NARROW_PLACES } from './canonical.ts';
import type { CheckedColumns, Reading } from './source-columns.ts';

/** A condition on a row, and what is wrong where it holds. */
export interface Problem {
  readonly kind: Check['kind'] | 'currency' | 'account';
  readonly sourceColumn: string;
  readonly outcome: 'rejected' | 'loaded_without_value';
  readonly conditionSql: string;
  readonly valueSql: string;
  readonly reason: string;
}

/** Everything that can be wrong with a row of this mapping. Asked of the cells while loading, and of kept rows for the report. */
export function problemsOf(cells: CheckedColumns, mapping: Mapping): readonly Problem[] {
  const fromChecks = cells.checks().map((check) => problemOf(check, cells));
  const currency = mapping.BillingCurrency ?? 'NULL';
  const account = mapping.SubAccountId ?? 'NULL';
  return [
    ...fromChecks,
    // Most bills are in dollars, and a pattern costs far more than a comparison.
    {
      kind: 'currency',
      sourceColumn: 'BillingCurrency',
      outcome: 'rejected',
      conditionSql: `CASE WHEN (${currency}) = 'USD' THEN false ELSE NOT coalesce(regexp_full_match(${currency}, '[A-Z]{3}'), false) END`,
      valueSql: currency,
      reason: 'not a currency code of three capital letters',
    },
    {
      kind: 'account',
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

function problemOf(check: Check, cells: CheckedColumns): Problem {
  const text = cells.text(check.sourceColumn);
  const isGood = isGoodSql(check, text, cells.reading);
  return {
    kind: check.kind,
    sourceColumn: check.sourceColumn,
    outcome: check.need === 'optional' ? 'loaded_without_value' : 'rejected',
    conditionSql: `NOT coalesce(${isGood}, ${check.need === 'required' ? 'false' : `(${text}) IS NULL`})`,
    valueSql: text,
    reason: check.need === 'required' ? `missing, or ${REASONS[check.kind]}` : REASONS[check.kind],
  };
}

/** A condition that the text is what was parsed from it; NULL or false where that is not certain. */
function isGoodSql({ kind, parsedSql }: Check, text: string, reading: Reading): string {
  if (kind === 'decimal' && reading.decimals === 'narrow') return isNarrowSql(text, parsedSql);
  const isParsed = `nullif((${parsedSql}) IS NOT NULL, false)`;
  return kind === 'instant' && reading.instants === 'utc'
    ? `(ends_with(${text}, 'Z') AND ${isParsed})`
    : isParsed;
}

/** Largest relative error of a decimal that is read as a double and compared: three roundings of 2^-53. */
const DOUBLE_ERROR = '6e-16';

/**
 * Whether a narrow decimal is exactly what the text says. DuckDB rounds what lies beyond the last place without a word, so the text is
 * read once more by another parser, as a double, and compared. Two decimals of up to 15 digits are different doubles, further apart
 * than the error; a longer text must show that it has no more places than fit.
 */
function isNarrowSql(text: string, value: string): string {
  const asDouble = `TRY_CAST(${text} AS DOUBLE)`;
  const isLong = `strlen(${text}) > 16`;
  const places = `length(rtrim(${text}, '0')) - strpos(${text}, '.')`;
  const isCut = `CASE WHEN ${isLong} THEN strpos(${text}, '.') = 0 OR ${places} > ${NARROW_PLACES} ELSE false END`;
  return `(abs(${asDouble} - CAST(${value} AS DOUBLE)) <= ${DOUBLE_ERROR} * abs(${asDouble}) AND NOT ${isCut})`;
}

/** A condition that holds where some problem of this outcome does. */
export function anyOf(problems: readonly Problem[], outcome: Problem['outcome']): string {
  const conditions = problems
    .filter((problem) => problem.outcome === outcome)
    .map((problem) => problem.conditionSql);
  return conditions.length === 0 ? 'false' : conditions.join('\n OR ');
}
