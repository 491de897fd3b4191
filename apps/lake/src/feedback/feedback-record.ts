import type { CostAnomaly, Signal } from '@counterfoil/core';

/** What a person says of a reported change. */
export const VERDICTS = ['anomaly', 'not-anomaly', 'planned'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Feedback on a signal, as it is kept. Dates are ISO dates in UTC. */
export interface FeedbackRecord {
  readonly feedbackId: string;
  readonly verdict: Verdict;
  /** Why; empty where nothing was said. */
  readonly note: string;
  /** Last day on which it holds. */
  readonly untilDate: string;
  /** Who gave it, as the caller states it, and when. */
  readonly by: string;
  readonly at: string;
  readonly caseId: string | null;
  readonly signalId: Signal['signalId'];
  /** The change as it was when the feedback was given. */
  readonly change: Pick<
    CostAnomaly,
    'direction' | 'basis' | 'element' | 'onsetDate' | 'lastDate' | 'impactPerDay' | 'impactPercent'
  >;
}

/** Feedback together with its end, where somebody took it back. */
export interface ListedFeedback extends FeedbackRecord {
  readonly withdrawn: { readonly by: string; readonly at: string } | null;
}
