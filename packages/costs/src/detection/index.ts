export type { DailySeries, PlannedActivity, SeriesLevel } from './series.ts';
export type { DetectedAnomaly, Innocence } from './anomaly.ts';
export { detectAnomalies, type DetectionInput, type DetectionOptions } from './detect.ts';
