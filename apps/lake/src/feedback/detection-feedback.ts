import type { DetectionFeedback, PlannedActivity } from '@counterfoil/costs';
import type { ListedFeedback, Verdict } from './feedback-record.ts';

const VERDICTS = {
  anomaly: 'anomaly',
  'not-anomaly': 'not_anomaly',
  planned: 'planned',
} as const satisfies Record<Verdict, DetectionFeedback['verdict']>;

/** The feedback that holds, as the detector reads it. */
export function detectionFeedback(
  feedback: readonly ListedFeedback[],
): readonly DetectionFeedback[] {
  return inForce(feedback).map(({ feedbackId, verdict, untilDate, change }) => ({
    feedbackId,
    verdict: VERDICTS[verdict],
    element: change.element,
    currency: change.impactPerDay.currency,
    direction: change.direction,
    onsetDate: change.onsetDate,
    lastDate: change.lastDate,
    untilDate,
    impactPerDay: Number(change.impactPerDay.amount),
    impactPercent: change.impactPercent,
  }));
}

/** What feedback announces afterwards: the period of a change that was planned. */
export function plannedByFeedback(feedback: readonly ListedFeedback[]): readonly PlannedActivity[] {
  return inForce(feedback)
    .filter(({ verdict }) => verdict === 'planned')
    .map(({ feedbackId, by, note, change, untilDate }) => ({
      name: `${note === '' ? 'planned' : note} (${feedbackId} by ${by})`,
      element: change.element,
      fromDate: change.onsetDate,
      toDate: dayAfter(untilDate),
    }));
}

function inForce(feedback: readonly ListedFeedback[]): readonly ListedFeedback[] {
  return feedback.filter(({ withdrawn }) => withdrawn === null);
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
