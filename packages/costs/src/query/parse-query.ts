import { InputError, type CostMeasure, type CostQuery } from '@counterfoil/core';
import { isDimension, isGroupColumn } from './dimensions.ts';
import { CHARGE_CATEGORIES } from '../ingest/canonical.ts';

/** Measures that a query may ask for. */
export const MEASURES: readonly CostMeasure[] = [
  'EffectiveCost',
  'BilledCost',
  'ListCost',
  'ContractedCost',
  'ConsumedQuantity',
  'PricingQuantity',
];

export const ROWS_MAX = 5_000;
const GROUPS_MAX = 8;
const FILTER_VALUES_MAX = 1_000;
const VALUE_CHARS_MAX = 2_048;
const KEYS: ReadonlySet<string> = new Set([
  'measures',
  'groupBy',
  'filter',
  'fromDate',
  'toDate',
  'rowsMax',
]);

/** Reads a query from outside. Fails with `InputError` naming the field for anything that is not exactly a `CostQuery` within its limits. */
export function parseCostQuery(input: unknown): CostQuery {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw malformed('query', 'must be an object');
  }
  const query = input as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(query).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw malformed(unknown.slice(0, 40), 'is not part of a query');
  const measures = textsOf(query.measures, 'measures').map(parseMeasure);
  const [first, ...rest] = [...new Set(measures)];
  if (first === undefined) throw malformed('measures', 'must name at least one measure');
  const fromDate = parseDate(query.fromDate, 'fromDate');
  const toDate = parseDate(query.toDate, 'toDate');
  if (toDate <= fromDate) throw malformed('toDate', 'must be after fromDate (it is exclusive)');
  return {
    measures: [first, ...rest],
    groupBy: parseGroups(query.groupBy),
    filter: parseFilter(query.filter ?? {}),
    fromDate,
    toDate,
    ...(query.rowsMax === undefined ? {} : { rowsMax: parseRowsMax(query.rowsMax) }),
  };
}

function malformed(field: string, problem: string): InputError {
  return new InputError('QUERY_MALFORMED', `${field} ${problem}`, {
    remedy: 'see CostQuery in docs/glossary.md',
    details: { field },
  });
}

function textsOf(value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw malformed(field, 'must be a list of texts');
  }
  const long = value.find((item) => item.length > VALUE_CHARS_MAX || item.includes('\0'));
  if (long !== undefined) throw malformed(field, 'holds a value that is too long or has a NUL');
  return value;
}

function parseMeasure(name: string): CostMeasure {
  const measure = MEASURES.find((known) => known === name);
  if (measure === undefined) {
    throw malformed('measures', `has "${name.slice(0, 40)}"; known are ${MEASURES.join(', ')}`);
  }
  return measure;
}

function parseGroups(value: unknown): CostQuery['groupBy'] {
  const names = [...new Set(textsOf(value, 'groupBy'))];
  if (names.length > GROUPS_MAX) throw malformed('groupBy', `may name at most ${GROUPS_MAX}`);
  return names.map((name) => {
    if (!isGroupColumn(name)) throw malformed('groupBy', `has "${name.slice(0, 40)}"`);
    return name;
  });
}

function parseFilter(value: unknown): CostQuery['filter'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('filter', 'must be an object of lists');
  }
  const entries = Object.entries(value).map(([name, values]) => {
    const field = `filter.${name.slice(0, 40)}`;
    if (name !== 'chargeCategory' && !isDimension(name)) throw malformed(field, 'is no dimension');
    const texts = textsOf(values, field);
    if (texts.length === 0 || texts.length > FILTER_VALUES_MAX) {
      throw malformed(field, `must list 1 to ${FILTER_VALUES_MAX} values`);
    }
    if (name === 'chargeCategory' && !texts.every(isCategory)) {
      throw malformed(field, `must be of ${CHARGE_CATEGORIES.join(', ')}`);
    }
    return [name, texts] as const;
  });
  return Object.fromEntries(entries);
}

function isCategory(text: string): boolean {
  return (CHARGE_CATEGORIES as readonly string[]).includes(text);
}

function parseDate(value: unknown, field: string): string {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const date = new Date(`${value}T00:00:00Z`);
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value;
  }
  throw malformed(field, 'must be a day such as 2026-05-01');
}

function parseRowsMax(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= ROWS_MAX) {
    return value;
  }
  throw malformed('rowsMax', `must be a whole number from 1 to ${ROWS_MAX}`);
}
