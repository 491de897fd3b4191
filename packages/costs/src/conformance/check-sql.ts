import { isOneOf, literal } from '../duck/sql.ts';
import { CURRENCY_CODES } from './currencies.ts';
import type { Check, ColumnCheckFunction, Expression } from './model.ts';
import type { RawColumn, RawTable, StoredAs } from './raw-table.ts';
import { UNIT_MISSPELLINGS, UNIT_SHAPES } from './unit-format.ts';

/** A plain or scientific number as FOCUS's numeric format has it: no sign for plus, none in a positive exponent. */
const NUMERIC = '-?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE]-?[0-9]+)?';
/** Any text that is a number, whatever its format. */
const NUMBER = '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?';
const INSTANT = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z';
/** A product may differ from its result by this, relative to the result or to 1: costs are rounded when they are exported. */
const PRODUCT_TOLERANCE = '1e-9';

/** A requirement is met by a missing value unless it speaks of null; a condition is not. */
type Purpose = 'requirement' | 'condition';

/** SQL of a condition: true where the rule is about the row, never NULL. */
export function conditionSql(table: RawTable, expression: Expression | null): string {
  return expression === null ? 'true' : expressionSql({ table, purpose: 'condition' }, expression);
}

/** SQL of a requirement on the rows that meet `appliesSql`: true where the row meets it, never NULL. */
export function requirementSql(
  table: RawTable,
  expression: Expression,
  appliesSql: string,
): string {
  return expressionSql({ table, purpose: 'requirement', appliesSql }, expression);
}

interface Context {
  readonly table: RawTable;
  readonly purpose: Purpose;
  readonly appliesSql?: string;
}

function expressionSql(context: Context, expression: Expression): string {
  if (expression.type === 'check') return checkSql(context, expression.check);
  const { of, items } = expression;
  const joined = items.map((item) => expressionSql(context, item));
  return `(${joined.join(of === 'every' ? ' AND ' : ' OR ')})`;
}

function checkSql(context: Context, check: Check): string {
  const { table, purpose } = context;
  const missing = purpose === 'requirement' ? 'true' : 'false';
  const cell = (name: string) => table.column(name)?.sql ?? 'NULL::VARCHAR';
  switch (check.type) {
    case 'present':
      return String(table.header.includes(check.column));
    case 'value':
      return valueSql(cell(check.column), check, missing);
    case 'at_least':
      return `coalesce(${numberSql(cell(check.column))} >= ${check.value}, ${cell(check.column)} IS NULL AND ${missing})`;
    case 'same': {
      const [a, b] = check.columns.map(cell);
      return `coalesce(${a} ${check.equals ? '=' : '<>'} ${b}, ${missing})`;
    }
    case 'distinct_count':
      return distinctCountSql(context, check, cell);
    case 'product': {
      const [a, b] = check.factors.map((name) => numberSql(cell(name)));
      const result = numberSql(cell(check.result));
      const tolerance = `${PRODUCT_TOLERANCE} * greatest(abs(${result}), 1)`;
      return `coalesce(abs(${a} * ${b} - ${result}) <= ${tolerance}, ${missing})`;
    }
    case 'column':
      return columnSql(table.column(check.column), check.function, missing);
  }
}

/** The number of a cell, or NULL where it holds none: without the pattern DuckDB would read `nan` and `1_000`. */
export function numberSql(cell: string): string {
  return `CASE WHEN regexp_full_match(${cell}, '${NUMBER}') THEN TRY_CAST(${cell} AS DOUBLE) END`;
}

function valueSql(cell: string, check: Extract<Check, { type: 'value' }>, missing: string): string {
  const { value, equals } = check;
  if (value === null) return `${cell} IS ${equals ? '' : 'NOT '}NULL`;
  if (typeof value === 'string') {
    return equals
      ? `coalesce(${cell} = ${literal(value)}, ${missing})`
      : `${cell} IS DISTINCT FROM ${literal(value)}`;
  }
  const number = numberSql(cell);
  return equals
    ? `coalesce(${number} = ${value}, ${cell} IS NULL AND ${missing})`
    : `coalesce(${number} <> ${value}, true)`;
}

/** Rows of a group whose distinct values are not as many as expected; rows without a group are in none. */
function distinctCountSql(
  { table, appliesSql = 'true' }: Context,
  check: Extract<Check, { type: 'distinct_count' }>,
  cell: (name: string) => string,
): string {
  const group = cell(check.column);
  return `coalesce(${group} NOT IN (SELECT ${group} FROM ${table.table} WHERE ${group} IS NOT NULL AND (${appliesSql})
    GROUP BY ${group} HAVING count(DISTINCT ${cell(check.counted)}) <> ${check.expected}), true)`;
}

/** What a column of these types cannot fail, because its type says it. */
const MET_BY_TYPE: Readonly<Partial<Record<ColumnCheckFunction, StoredAs>>> = {
  CheckDecimalValue: 'number',
  TypeDecimal: 'number',
  FormatNumeric: 'number',
  TypeDateTime: 'instant',
  FormatDateTime: 'instant',
};

function columnSql(column: RawColumn | null, name: ColumnCheckFunction, missing: string): string {
  if (column === null) return missing;
  if (column.storedAs !== 'text' && MET_BY_TYPE[name] === column.storedAs) return 'true';
  if (name === 'TypeString') {
    return column.storedAs === 'text' ? 'true' : `(${column.sql} IS NULL AND ${missing})`;
  }
  const test = CELL_TESTS[name](column.sql);
  return `CASE WHEN ${column.sql} IS NULL THEN ${missing} ELSE coalesce(${test}, false) END`;
}

const isNational = (cell: string) => isOneOf(cell, CURRENCY_CODES);

/** Blanks alone say nothing, and control or replacement characters show that the text was not kept as it was. */
function isText(cell: string): string {
  return `(trim(${cell}) <> '' AND NOT regexp_matches(${cell}, '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\\x{FFFD}]'))`;
}

/** Each check of a single column over the text of its cell. */
const CELL_TESTS: Readonly<
  Record<Exclude<ColumnCheckFunction, 'TypeString'>, (cell: string) => string>
> = {
  CheckDecimalValue: (cell) => `regexp_full_match(${cell}, '${NUMBER}')`,
  TypeDecimal: (cell) => `regexp_full_match(${cell}, '${NUMBER}')`,
  FormatNumeric: (cell) => `regexp_full_match(${cell}, '${NUMERIC}')`,
  TypeDateTime: (cell) => `TRY_CAST(${cell} AS TIMESTAMPTZ) IS NOT NULL`,
  FormatDateTime: (cell) =>
    `(regexp_full_match(${cell}, '${INSTANT}') AND TRY_CAST(${cell} AS TIMESTAMPTZ) IS NOT NULL)`,
  FormatString: isText,
  FormatUnit: (cell) =>
    `(regexp_full_match(${cell}, '${UNIT_SHAPES}') AND NOT regexp_matches(${cell}, '${UNIT_MISSPELLINGS}'))`,
  CheckNationalCurrency: isNational,
  FormatCurrency: (cell) =>
    `(${isNational(cell)} OR (NOT regexp_full_match(${cell}, '[A-Za-z]{3}') AND ${isText(cell)}))`,
  FormatKeyValue: keyValueSql,
};

/** A JSON object whose keys are unique and whose values are no objects and no lists. */
function keyValueSql(cell: string): string {
  const json = `CASE WHEN json_valid(${cell}) THEN ${cell}::JSON END`;
  const keys = `json_keys(${json})`;
  const types = `list_transform(map_values(TRY_CAST(${json} AS MAP(VARCHAR, JSON))), lambda one: json_type(one))`;
  return `(json_type(${json}) = 'OBJECT' AND len(list_distinct(${keys})) = len(${keys})
    AND NOT list_has_any(${types}, ['OBJECT', 'ARRAY']))`;
}
