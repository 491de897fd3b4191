export type { DailySeries, PlannedActivity, SeriesLevel } from './series.ts';
export type { DetectedAnomaly, Innocence } from './anomaly.ts';
export { detectAnomalies, type DetectionInput, type DetectionOptions } from './detect.ts';
export { CompletenessModel, type SeenDays } from './completeness.ts';
export { OnlineDetector, type Alert, type DetectorLimits } from './online.ts';
