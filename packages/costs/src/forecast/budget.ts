import { compareDecimal, decimalUnits, sumDecimals, type CostElement } from '@counterfoil/core';
import { quotientText, ratio } from '../analysis/decimal.ts';

/** An alert of a budget: on what has been spent, or on what the month is expected to end at. */
export interface BudgetAlert {
  readonly on: 'actual' | 'forecast';
  /** Percent of the budget's amount. */
  readonly percent: number;
}

/** What a part of the organisation may cost in one month. */
export interface Budget {
  readonly name: string;
  /** Plain decimal above zero. */
  readonly amount: string;
  readonly currency: string;
  /** Charges that count: those with all of these values; all of them where it is empty. */
  readonly element: CostElement;
  /** `2026-03`; null stands for the month of the first day that is forecast. */
  readonly month: string | null;
  readonly alerts: readonly BudgetAlert[];
}

/** One day of the budget's month. */
export interface BudgetDay {
  readonly date: string;
  /** Plain decimal. */
  readonly cost: string;
  readonly basis: 'actual' | 'forecast';
}

/** Where an alert stands. `crossed` holds now; `expected` is crossed by spending on a day to come, if the forecast holds. */
export interface BudgetAlertState extends BudgetAlert {
  readonly threshold: string;
  readonly status: 'crossed' | 'expected' | 'not_reached';
  /** Day on which the month's spending reached the threshold, or is expected to; null where it does not. */
  readonly date: string | null;
}

/** Where a budget stands. Sums are plain decimals in its currency. */
export interface BudgetState {
  readonly actual: string;
  readonly projected: string;
  readonly actualPercent: number;
  readonly projectedPercent: number;
  readonly alerts: readonly BudgetAlertState[];
}

/**
 * Adds the days up, in their order, and tells which thresholds are reached (at or above) and when. An alert on `actual`
 * counts days that have been; one on `forecast` is crossed as soon as the month as a whole is expected to reach its threshold.
 */
export function evaluateBudget(
  { amount, alerts }: Pick<Budget, 'amount' | 'alerts'>,
  days: readonly BudgetDay[],
): BudgetState {
  const actual = sumDecimals(
    days.filter(({ basis }) => basis === 'actual').map(({ cost }) => cost),
  );
  const projected = sumDecimals(days.map(({ cost }) => cost));
  const percentOf = (part: string) => ratio(100n * decimalUnits(part), decimalUnits(amount), 1);
  return {
    actual,
    projected,
    actualPercent: percentOf(actual),
    projectedPercent: percentOf(projected),
    alerts: alerts.map((alert) => stateOf(alert, amount, { days, projected })),
  };
}

function stateOf(
  alert: BudgetAlert,
  amount: string,
  { days, projected }: { readonly days: readonly BudgetDay[]; readonly projected: string },
): BudgetAlertState {
  // A percent has at most two decimals, so hundredths of a percent are whole.
  const hundredths = BigInt(Math.round(alert.percent * 100));
  const threshold = quotientText(decimalUnits(amount) * hundredths, 10_000n);
  const reached = dayReached(days, threshold);
  const date = reached?.date ?? null;
  if (alert.on === 'forecast') {
    const crossed = compareDecimal(projected, threshold) >= 0;
    return { ...alert, threshold, status: crossed ? 'crossed' : 'not_reached', date };
  }
  if (!reached) return { ...alert, threshold, status: 'not_reached', date };
  return { ...alert, threshold, status: reached.basis === 'actual' ? 'crossed' : 'expected', date };
}

function dayReached(days: readonly BudgetDay[], threshold: string): BudgetDay | undefined {
  const limit = decimalUnits(threshold);
  let spent = 0n;
  return days.find(({ cost }) => {
    spent += decimalUnits(cost);
    return spent >= limit;
  });
}
