import type { CostElement } from '@counterfoil/core';
import type { DetectedAnomaly } from './anomaly.ts';
import { covers } from './element.ts';
import type { DayVerdict } from './online.ts';

/** What a person said of a reported anomaly, as the detector reads it. Days are ISO dates in UTC, both included. */
export interface DetectionFeedback {
  readonly feedbackId: string;
  readonly verdict: 'anomaly' | 'not_anomaly' | 'planned';
  readonly element: CostElement;
  /** Charges in another currency are another series, of which it says nothing. */
  readonly currency: string;
  readonly direction: DetectedAnomaly['direction'];
  readonly onsetDate: string;
  readonly lastDate: string;
  /** Until when it holds: `not_anomaly`, for changes that begin by then; otherwise the last day of what it says. */
  readonly untilDate: string;
  /** Size of the change that it was given on. */
  readonly impactPerDay: number;
  readonly impactPercent: number | null;
}

/** How much larger than the change that was judged harmless a like one may be. */
const LIKE_SIZE_MAX = 1.25;

/**
 * What the feedback says of the days of a series: those of its element, of what that is made of, and, as far as they show
 * the same change, of what it is part of.
 */
export function verdictsOn(
  element: CostElement,
  feedback: readonly DetectionFeedback[],
  days: readonly string[],
): readonly DayVerdict[] {
  return feedback.flatMap((one) => {
    if (one.verdict === 'not_anomaly') return [];
    const reach = reachOf(one.element, element);
    const fromIndex = days.findIndex((day) => day >= one.onsetDate);
    const toIndex = days.findLastIndex((day) => day <= one.untilDate);
    if (reach === undefined || fromIndex < 0 || toIndex < fromIndex) return [];
    const verdict = one.verdict === 'planned' ? 'accepted' : 'abnormal';
    return [{ verdict, reach, fromIndex, toIndex } as const];
  });
}

function reachOf(judged: CostElement, element: CostElement): DayVerdict['reach'] | undefined {
  if (covers(judged, element)) return 'whole';
  return covers(element, judged) ? 'part' : undefined;
}

/**
 * The feedback that says of a change like this one that it is no anomaly: the same element and direction, at most a quarter
 * larger in percent (in money where there is no percentage), beginning no later than the feedback holds.
 */
export function harmlessBy(
  anomaly: DetectedAnomaly,
  days: readonly string[],
  feedback: readonly DetectionFeedback[],
): DetectionFeedback | undefined {
  const onset = days[anomaly.onsetIndex] ?? '';
  return feedback.find(
    (one) =>
      one.verdict === 'not_anomaly' &&
      one.direction === anomaly.direction &&
      covers(one.element, anomaly.element) &&
      covers(anomaly.element, one.element) &&
      onset <= one.untilDate &&
      isNoLarger(anomaly, one),
  );
}

function isNoLarger(anomaly: DetectedAnomaly, judged: DetectionFeedback): boolean {
  const size = Math.abs(anomaly.impactPercent ?? Number.POSITIVE_INFINITY);
  if (judged.impactPercent !== null && anomaly.impactPercent !== null) {
    return size <= LIKE_SIZE_MAX * Math.abs(judged.impactPercent);
  }
  return Math.abs(anomaly.impactPerDay) <= LIKE_SIZE_MAX * Math.abs(judged.impactPerDay);
}
