import {
  decimalUnits,
  InputError,
  readPattern,
  readText,
  type CostElement,
} from '@counterfoil/core';
import { isDimension } from '../query/dimensions.ts';
import type { Budget, BudgetAlert } from './budget.ts';

/** What can be forecast apart. */
export const FORECAST_DIMENSIONS = ['serviceName', 'subAccountId'] as const;

/** A question for a forecast. */
export interface ForecastRequest {
  /** One forecast for each value of this; null for the sum only. */
  readonly by: (typeof FORECAST_DIMENSIONS)[number] | null;
  /** Last day to forecast: an ISO date, or the end of the month of the first day that is not complete yet. */
  readonly through: string;
  readonly budgets: readonly Budget[];
}

export const MONTH_END = 'month-end';

const KEYS: ReadonlySet<string> = new Set(['by', 'through', 'budgets']);
const BUDGET_KEYS: ReadonlySet<string> = new Set([
  'name',
  'amount',
  'currency',
  'element',
  'month',
  'alerts',
]);
const BUDGETS_MAX = 50;
const ALERTS_MAX = 10;
const PERCENT_MAX = 1_000;
const VALUE_CHARS_MAX = 2_048;

type Fields = Readonly<Record<string, unknown>>;

/** Reads a request from outside; every field may be left out. `InputError` names the field that is wrong. */
export function parseForecastRequest(input: unknown): ForecastRequest {
  const { by = null, through = MONTH_END, budgets = [] } = fieldsOf(input, 'the request', KEYS);
  const known = [null, ...FORECAST_DIMENSIONS].find((dimension) => dimension === by);
  if (known === undefined) {
    throw malformed('by', `must be one of ${FORECAST_DIMENSIONS.join(', ')}`);
  }
  if (through !== MONTH_END && !isDate(through)) {
    throw malformed('through', `must be ${MONTH_END} or a day such as 2026-05-31`);
  }
  if (!Array.isArray(budgets) || budgets.length > BUDGETS_MAX) {
    throw malformed('budgets', `must be a list of at most ${BUDGETS_MAX}`);
  }
  return { by: known, through, budgets: budgets.map(parseBudget) };
}

function parseBudget(input: unknown, at: number): Budget {
  const field = `budgets[${at}]`;
  const budget = fieldsOf(input, field, BUDGET_KEYS);
  const amount = String(budget.amount ?? '');
  if (decimalUnits(amount) <= 0n) throw malformed(`${field}.amount`, 'must be above zero');
  const month = budget.month ?? null;
  if (month !== null && !(typeof month === 'string' && isDate(`${month}-01`))) {
    throw malformed(`${field}.month`, 'must be a month such as 2026-05');
  }
  const { alerts = [] } = budget;
  if (!Array.isArray(alerts) || alerts.length > ALERTS_MAX) {
    throw malformed(`${field}.alerts`, `must be a list of at most ${ALERTS_MAX}`);
  }
  return {
    name: readText(`${field}.name`, budget.name, { charactersMax: 100, lines: 'one' }),
    amount,
    currency: readPattern(`${field}.currency`, budget.currency, {
      pattern: /^[A-Z]{3}$/,
      remedy: 'give an ISO 4217 code such as USD',
    }),
    element: parseElement(budget.element ?? {}, `${field}.element`),
    month,
    alerts: alerts.map((alert, index) => parseAlert(alert, `${field}.alerts[${index}]`)),
  };
}

function parseAlert(input: unknown, field: string): BudgetAlert {
  const { on, percent } = fieldsOf(input, field, new Set(['on', 'percent']));
  if (on !== 'actual' && on !== 'forecast') {
    throw malformed(`${field}.on`, 'must be actual or forecast');
  }
  const inBounds = typeof percent === 'number' && percent > 0 && percent <= PERCENT_MAX;
  if (!inBounds || Math.round(percent * 100) / 100 !== percent) {
    throw malformed(
      `${field}.percent`,
      `must be above 0, at most ${PERCENT_MAX}, with at most two decimals`,
    );
  }
  return { on, percent };
}

function parseElement(input: unknown, field: string): CostElement {
  const element = fieldsOf(input, field);
  for (const [name, value] of Object.entries(element)) {
    if (!isDimension(name)) throw malformed(`${field}.${name.slice(0, 40)}`, 'is no dimension');
    const usable =
      typeof value === 'string' && value.length <= VALUE_CHARS_MAX && !value.includes('\0');
    if (!usable) throw malformed(`${field}.${name.slice(0, 40)}`, 'must be a text');
  }
  return element as CostElement;
}

function fieldsOf(input: unknown, field: string, known?: ReadonlySet<string>): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw malformed(field, 'must be an object');
  }
  const unknown = Object.keys(input).find((key) => known?.has(key) === false);
  if (unknown !== undefined)
    throw malformed(field, `has the unknown field "${unknown.slice(0, 40)}"`);
  return input as Fields;
}

function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function malformed(field: string, problem: string): InputError {
  return new InputError('FORECAST_MALFORMED', `${field} ${problem}`, {
    remedy: 'see `counterfoil forecast --help`',
    details: { field },
  });
}
