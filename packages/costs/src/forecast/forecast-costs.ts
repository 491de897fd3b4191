import { InputError, LimitError, sumDecimals, type CostBasis } from '@counterfoil/core';
import { addDays, daysBetween, daysFrom } from '../analysis/days.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import { evaluateBudget, type Budget, type BudgetDay, type BudgetState } from './budget.ts';
import { INTERVAL_LEVEL } from './calibration.ts';
import { historySpan, readHistory, type CostHistory, type HistorySpan } from './cost-history.ts';
import {
  forecastSeries,
  type BackTest,
  type Estimate,
  type SeriesForecast,
} from './forecast-series.ts';
import { MONTH_END, type ForecastRequest } from './parse-forecast-request.ts';

/** An estimate as plain decimals; the interval is null where too little history is there to measure one. */
export interface MoneyEstimate {
  readonly expected: string;
  readonly low: string | null;
  readonly high: string | null;
}

/** The forecast of one group, or of all. Money is plain decimals in the currency of the whole. */
export interface GroupForecast {
  /** Value of the dimension that was asked for; null for the sum. */
  readonly value: string | null;
  /** Exact cost of the complete days since `actualFromDate`. */
  readonly actual: string;
  /** Actual and forecast together. */
  readonly projected: MoneyEstimate;
  readonly daily: readonly (MoneyEstimate & { readonly date: string })[];
}

/** The forecasts of one currency. */
export interface CurrencyForecast {
  readonly currency: string;
  readonly historyFromDate: string;
  readonly lastCompleteDate: string;
  /** First of the month of the first day that is forecast. */
  readonly actualFromDate: string;
  /** Last day that is forecast. */
  readonly throughDate: string;
  readonly sum: GroupForecast;
  /** Largest first; empty where the sum only was asked for. */
  readonly groups: readonly GroupForecast[];
  readonly backTest: BackTest;
}

/** Where a budget stands, and what it was. */
export interface BudgetReport extends Omit<Budget, 'alerts' | 'month'>, BudgetState {
  readonly month: string;
}

/** Everything that one request is answered with. */
export interface ForecastAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly basis: CostBasis;
  readonly by: ForecastRequest['by'];
  /** Share of what comes that the intervals should hold. */
  readonly intervalLevel: number;
  readonly currencies: readonly CurrencyForecast[];
  readonly budgets: readonly BudgetReport[];
}

/** Forecasts this far ahead say little. */
const STEPS_MAX = 92;
const MONEY_DIGITS = 6;

/** Forecasts the usage cost of a version, in each currency apart, and tells where the budgets stand. */
export async function forecastCosts(
  {
    lake,
    basis,
    currencies: known,
  }: {
    readonly lake: ScopedLake;
    readonly basis: CostBasis;
    readonly currencies: readonly string[];
  },
  request: ForecastRequest,
): Promise<ForecastAnswer> {
  const currencies: CurrencyForecast[] = [];
  const spans = new Map<string, HistorySpan>();
  let rowsRead = 0;
  for (const currency of known) {
    const span = await historySpan(lake, currency);
    if (!span || span.lastCompleteDate < span.fromDate) continue;
    spans.set(currency, span);
    const history = await readHistory(lake, span, { basis, by: request.by, element: {} });
    rowsRead += history.rowsRead;
    currencies.push(currencyForecast(span, history.groups, request));
  }
  if (currencies.length === 0) {
    throw new InputError('HISTORY_EMPTY', 'the version has no complete day of usage to go on', {
      remedy: 'ingest an export that covers more days',
    });
  }
  const budgets: BudgetReport[] = [];
  for (const budget of request.budgets) {
    const report = await budgetReport(lake, budget, { span: spans.get(budget.currency), basis });
    budgets.push(report.budget);
    rowsRead += report.rowsRead;
  }
  return {
    queryId: queryIdOf({ forecast: request, basis }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead,
    basis,
    by: request.by,
    intervalLevel: INTERVAL_LEVEL,
    currencies,
    budgets,
  };
}

function currencyForecast(
  span: HistorySpan,
  histories: readonly CostHistory[],
  { by, through }: ForecastRequest,
): CurrencyForecast {
  const firstDate = addDays(span.lastCompleteDate, 1);
  const throughDate = through === MONTH_END ? lastOfMonth(firstDate) : through;
  const steps = stepsThrough(span, throughDate);
  if (steps < 1) {
    throw new InputError('FORECAST_PAST', `${throughDate} is not after ${span.lastCompleteDate}`, {
      remedy: 'ask for a day after the last complete one',
    });
  }
  const actualFromDate = `${firstDate.slice(0, 7)}-01`;
  const result = forecastSeries({
    days: daysFrom(span.fromDate, span.lastCompleteDate),
    series: histories.map(({ cost }) => cost),
    steps,
  });
  const actuals = histories.map((history) => history.actualFrom(actualFromDate));
  const group = (value: string | null, actual: string, forecast: SeriesForecast) => ({
    value,
    actual,
    projected: projectedOf(actual, forecast.total),
    daily: forecast.daily.map((estimate, step) => ({
      date: result.days[step] as string,
      ...projectedOf('0', estimate),
    })),
  });
  return {
    currency: span.currency,
    historyFromDate: span.fromDate,
    lastCompleteDate: span.lastCompleteDate,
    actualFromDate,
    throughDate,
    sum: group(null, sumDecimals(actuals), result.sum),
    groups:
      by === null
        ? []
        : result.series.map((forecast, at) =>
            group(histories[at]?.value ?? '', actuals[at] as string, forecast),
          ),
    backTest: result.backTest,
  };
}

async function budgetReport(
  lake: ScopedLake,
  budget: Budget,
  { span, basis }: { readonly span: HistorySpan | undefined; readonly basis: CostBasis },
): Promise<{ readonly budget: BudgetReport; readonly rowsRead: number }> {
  if (!span) {
    throw new InputError('BUDGET_CURRENCY', `no usage is billed in ${budget.currency}`, {
      remedy: `give the budget "${budget.name}" a currency of the bill`,
    });
  }
  const month = budget.month ?? addDays(span.lastCompleteDate, 1).slice(0, 7);
  const firstDate = `${month}-01`;
  const lastDate = lastOfMonth(firstDate);
  if (lastDate < span.fromDate) {
    throw new InputError('BUDGET_MONTH', `${month} lies before the history`, {
      remedy: `give the budget "${budget.name}" a month from ${span.fromDate.slice(0, 7)} on`,
    });
  }
  const { groups, rowsRead } = await readHistory(lake, span, {
    basis,
    by: null,
    element: budget.element,
  });
  const [history] = groups;
  const expected = history === undefined ? [] : expectedDays(span, history, lastDate);
  const actual = daysFrom(firstDate, lastDate)
    .filter((date) => date <= span.lastCompleteDate)
    .map((date) => ({ date, cost: history?.exact.get(date) ?? '0', basis: 'actual' as const }));
  const days = [...actual, ...expected.filter(({ date }) => date >= firstDate)];
  return { budget: { ...budget, month, ...evaluateBudget(budget, days) }, rowsRead };
}

function expectedDays(
  span: HistorySpan,
  { cost }: CostHistory,
  lastDate: string,
): readonly BudgetDay[] {
  const steps = stepsThrough(span, lastDate);
  if (steps < 1) return [];
  const days = daysFrom(span.fromDate, span.lastCompleteDate);
  const { sum, days: ahead } = forecastSeries({ days, series: [cost], steps });
  return sum.daily.map(({ expected }, step) => ({
    date: ahead[step] as string,
    cost: moneyText(expected),
    basis: 'forecast' as const,
  }));
}

function stepsThrough(span: HistorySpan, throughDate: string): number {
  const steps = daysBetween(span.lastCompleteDate, throughDate);
  if (steps <= STEPS_MAX) return steps;
  throw new LimitError(
    'FORECAST_DAYS',
    `${throughDate} is more than ${STEPS_MAX} days after ${span.lastCompleteDate}`,
    { remedy: 'ask for an earlier day' },
  );
}

function projectedOf(actual: string, { expected, interval }: Estimate): MoneyEstimate {
  const plus = (value: number) => sumDecimals([actual, moneyText(value)]);
  return {
    expected: plus(expected),
    low: interval === null ? null : plus(interval.low),
    high: interval === null ? null : plus(interval.high),
  };
}

function moneyText(value: number): string {
  return value.toFixed(MONEY_DIGITS);
}

function lastOfMonth(date: string): string {
  return addDays(`${addDays(`${date.slice(0, 7)}-28`, 4).slice(0, 7)}-01`, -1);
}
