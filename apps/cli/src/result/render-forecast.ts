import { formatMoney } from '@counterfoil/core';
import type {
  BackTest,
  BudgetReport,
  CurrencyForecast,
  ForecastAnswer,
  GroupForecast,
} from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

const RIGHT = { align: 'right' } as const;

/** A forecast for people: a table a currency, how well such forecasts did, then the budgets. */
export function renderForecast(answer: ForecastAnswer): string {
  const parts = answer.currencies.map((one) => renderCurrency(one, answer));
  if (answer.budgets.length > 0) parts.push(renderBudgets(answer.budgets));
  return parts.join('\n\n');
}

function renderCurrency(
  forecast: CurrencyForecast,
  { by, basis, intervalLevel }: ForecastAnswer,
): string {
  const { currency, actualFromDate, lastCompleteDate, throughDate } = forecast;
  const row = (name: string, { actual, projected }: GroupForecast) => {
    const { expected, low, high } = projected;
    const money = (amount: string | null) =>
      amount === null ? 'not known' : formatMoney({ amount, currency });
    return [name, money(actual), money(expected), money(low), money(high)];
  };
  const columns = [
    { title: by ?? '' },
    { title: 'SO FAR', ...RIGHT },
    { title: 'EXPECTED', ...RIGHT },
    { title: 'LOW', ...RIGHT },
    { title: 'HIGH', ...RIGHT },
  ];
  const rows = forecast.groups.map((group) => row(group.value || '(none)', group));
  return [
    `${basis} of usage from ${actualFromDate} to ${throughDate}; ${lastCompleteDate} is the last complete day`,
    renderTable(columns, [...rows, row('All', forecast.sum)]),
    renderBackTest(forecast.backTest, intervalLevel),
  ].join('\n');
}

function renderBackTest(backTest: BackTest, intervalLevel: number): string {
  const { originsCount, dayCoverage, totalCoverage, totalWape, naiveTotalWape } = backTest;
  const percent = (share: number | null, digits = 0) =>
    share === null ? 'not measurable' : `${(100 * share).toFixed(digits)} %`;
  if (originsCount === 0) return 'Back-test: the history is too short for one.';
  return [
    `Back-test on ${originsCount} past days: of days inside the ${percent(intervalLevel)} interval ${percent(dayCoverage)}, of totals ${percent(totalCoverage)};`,
    `totals were off by ${percent(totalWape, 1)}, repeating the last week by ${percent(naiveTotalWape, 1)}`,
  ].join(' ');
}

function renderBudgets(budgets: readonly BudgetReport[]): string {
  const rows = budgets.flatMap((budget) => {
    const { name, month, amount, currency, actualPercent, projectedPercent } = budget;
    const head = [
      name,
      month,
      formatMoney({ amount, currency }),
      `${actualPercent} %`,
      `${projectedPercent} %`,
    ];
    if (budget.alerts.length === 0) return [[...head, '', '']];
    return budget.alerts.map(({ on, percent, status, date }, at) => [
      ...(at === 0 ? head : head.map(() => '')),
      `${percent} % ${on}`,
      status === 'not_reached' ? 'not reached' : `${status} ${date}`,
    ]);
  });
  const columns = [
    { title: 'BUDGET' },
    { title: 'MONTH' },
    { title: 'AMOUNT', ...RIGHT },
    { title: 'SPENT', ...RIGHT },
    { title: 'EXPECTED', ...RIGHT },
    { title: 'ALERT' },
    { title: 'STATE' },
  ];
  return renderTable(columns, rows);
}
