import { decimalUnits, InputError, type CostMeasure, type CostQuery } from '@counterfoil/core';
import { CHARGE_CATEGORIES, COST_COLUMNS, type CostColumn } from '../ingest/canonical.ts';
import { GROUP_NAMES, isChargeDimension, isGroupColumn } from './dimensions.ts';

/** Measures that a query may ask for. */
export const MEASURES: readonly CostMeasure[] = [
  ...COST_COLUMNS,
  'ConsumedQuantity',
  'PricingQuantity',
];

export const ROWS_MAX = 5_000;
const GROUPS_MAX = 8;
const FILTER_VALUES_MAX = 1_000;
const VALUE_CHARS_MAX = 2_048;

/** Days from `fromDate` until before `toDate`, ISO dates in UTC. */
export interface Period {
  readonly fromDate: string;
  readonly toDate: string;
}

/** The members of a plan from outside: an object with no others than these. `InputError` names the odd one. */
export function readPlan<Name extends string>(
  input: unknown,
  names: readonly Name[],
  what = 'query',
): Readonly<Partial<Record<Name, unknown>>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw malformed(what, 'must be an object');
  }
  const unknown = Object.keys(input).find((key) => !names.includes(key as Name));
  if (unknown !== undefined) throw malformed(unknown.slice(0, 40), `is not part of a ${what}`);
  return input as Readonly<Partial<Record<Name, unknown>>>;
}

/** The error of everything in a plan that is not as it must be. */
export function malformed(field: string, problem: string): InputError {
  return new InputError('QUERY_MALFORMED', `${field} ${problem}`, {
    remedy: 'see `counterfoil costs <question> --help`',
    details: { field },
  });
}

/** A list of texts, each within its limits. */
export function readTexts(value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw malformed(field, 'must be a list of texts');
  }
  const long = value.find((item) => item.length > VALUE_CHARS_MAX || item.includes('\0'));
  if (long !== undefined) throw malformed(field, 'holds a value that is too long or has a NUL');
  return value;
}

export function readMeasure(name: string): CostMeasure {
  const measure = MEASURES.find((known) => known === name);
  if (measure === undefined) {
    throw malformed('measures', `has "${name.slice(0, 40)}"; known are ${MEASURES.join(', ')}`);
  }
  return measure;
}

/** One of the four cost columns; EffectiveCost where none is named. */
export function readCostColumn(value: unknown, usual: CostColumn): CostColumn {
  const column = COST_COLUMNS.find((known) => known === (value ?? usual));
  if (column === undefined) throw malformed('measure', `must be one of ${COST_COLUMNS.join(', ')}`);
  return column;
}

export function readGroups(value: unknown, field = 'groupBy'): CostQuery['groupBy'] {
  const names = [...new Set(readTexts(value, field))];
  if (names.length > GROUPS_MAX) throw malformed(field, `may name at most ${GROUPS_MAX}`);
  return names.map((name) => {
    if (isGroupColumn(name)) return name;
    throw malformed(
      field,
      `has "${name.slice(0, 40)}"; known are ${GROUP_NAMES.join(', ')}, tag:<key>`,
    );
  });
}

/** As {@link readGroups}, without spans of time: for comparing two periods. */
export function readDimensions(value: unknown, field = 'by'): CostQuery['groupBy'] {
  const names = readGroups(value, field);
  const time = names.find((name) => !isChargeDimension(name));
  if (time !== undefined) throw malformed(field, `may not name a span of time such as ${time}`);
  return names;
}

export function readFilter(value: unknown): CostQuery['filter'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('filter', 'must be an object of lists');
  }
  const entries = Object.entries(value).map(([name, values]) => {
    const field = `filter.${name.slice(0, 40)}`;
    if (!isChargeDimension(name)) throw malformed(field, 'is no dimension');
    const texts = readTexts(values, field);
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

/** A period of at least one day. */
export function readPeriod(
  { fromDate, toDate }: { readonly fromDate?: unknown; readonly toDate?: unknown },
  prefix = '',
): Period {
  const period = {
    fromDate: readDate(fromDate, `${prefix}fromDate`),
    toDate: readDate(toDate, `${prefix}toDate`),
  };
  if (period.toDate > period.fromDate) return period;
  throw malformed(`${prefix}toDate`, 'must be after fromDate (it is exclusive)');
}

function readDate(value: unknown, field: string): string {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const date = new Date(`${value}T00:00:00Z`);
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value;
  }
  throw malformed(field, 'must be a day such as 2026-05-01');
}

export function readRowsMax(value: unknown): number {
  return readCount(value, 'rowsMax', { least: 1, most: ROWS_MAX });
}

export function readCount(
  value: unknown,
  field: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const isCount = typeof value === 'number' && Number.isInteger(value);
  if (isCount && value >= least && value <= most) return value;
  throw malformed(field, `must be a whole number from ${least} to ${most}`);
}

/** An amount of money that is not below zero, as plain decimal text. */
export function readAmount(value: unknown, field: string): string {
  const isAmount = typeof value === 'string' && /^\d{1,15}(\.\d{1,18})?$/.test(value);
  if (isAmount && decimalUnits(value) >= 0n) return value;
  throw malformed(field, 'must be a plain decimal such as "10.50", not below zero');
}

/** A yes or no that may be left out. */
export function readFlag(value: unknown, field: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw malformed(field, 'must be true or false');
}
