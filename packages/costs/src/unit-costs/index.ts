export { parseMetrics, type MetricRow } from './metric.ts';
export { csvText } from './csv.ts';
export { parseUnitCostQuestion, type UnitCostQuestion } from './parse-unit-cost-question.ts';
export {
  unitCosts,
  type UnitCostAnswer,
  type UnitCostPeriod,
  type UnitCostRequest,
  type UnitCostSeries,
} from './unit-costs.ts';
export type { Trend } from './trend.ts';
export type { Granularity } from './buckets.ts';
