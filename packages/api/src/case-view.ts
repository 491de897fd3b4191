import type {
  ActionStatus,
  CaseEvent,
  CaseState,
  CaseStatus,
  CostAnomaly,
  Digest,
  Money,
  RootCause,
} from '@counterfoil/core';

/** A case in a list. */
export interface CaseSummary {
  readonly caseId: string;
  readonly status: CaseStatus;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly anomaly: CostAnomaly;
  readonly causeId: string | null;
  readonly summary: string | null;
  /** `pending` until there is a conclusion. */
  readonly completeness: 'pending' | 'complete' | 'incomplete';
  readonly topRootCause: RootCause | null;
  readonly actions: readonly {
    readonly digest: Digest;
    readonly kind: string;
    readonly status: ActionStatus;
    readonly savingPerDay: Money | null;
  }[];
}

/** One journaled step, with its place in the transparency log; null until the log has integrated it. */
export interface JournalEntryView {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly event: CaseEvent;
  readonly logIndex: number | null;
}

/** Everything recorded of one case. */
export interface CaseDetail {
  readonly state: CaseState;
  readonly journal: readonly JournalEntryView[];
}
