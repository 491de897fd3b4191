export { forecastSeries, type BackTest, type ForecastResult } from './forecast-series.ts';
export {
  forecastCosts,
  type BudgetReport,
  type CurrencyForecast,
  type ForecastAnswer,
  type GroupForecast,
  type MoneyEstimate,
} from './forecast-costs.ts';
export {
  FORECAST_DIMENSIONS,
  MONTH_END,
  parseForecastRequest,
  type ForecastRequest,
} from './parse-forecast-request.ts';
export { evaluateBudget, type Budget, type BudgetDay, type BudgetState } from './budget.ts';
