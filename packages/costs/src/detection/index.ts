export type { DailySeries, PlannedActivity, SeriesLevel } from './series.ts';
export type { DetectedAnomaly, Innocence } from './anomaly.ts';
export {
  detectAnomalies,
  type DetectionInput,
  type DetectionOptions,
  type DetectionOutput,
} from './detect.ts';
export { CompletenessModel, type SeenDays } from './completeness.ts';
export { OnlineDetector, type Alert, type DetectorLimits, type Excursion } from './online.ts';
export { harmlessBy, type DetectionFeedback } from './feedback.ts';
export { AlertGate } from './alert-gate.ts';
export { detectHourly, type HourlyInput, type HourlySeries } from './hourly.ts';
export { discoveryLimit, FALSE_DISCOVERY_RATE, NullTail } from './false-discovery.ts';
