export { parseMetrics, type MetricRow } from './metric.ts';
export { csvText } from './csv.ts';
