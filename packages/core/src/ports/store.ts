import type { SignedReview } from '../approval/approval.ts';
import type { CaseEvent } from '../case/case-event.ts';
import type { CaseState } from '../case/case-state.ts';
import type { Digest } from '../proposal/action.ts';
import type { DismissalReason, Signal } from '../signal/signal.ts';
import type { KillEngaged } from '../trust/kill-switch.ts';

/** Work for one process, enqueued in the transaction of the step that needs it. */
export interface JobDraft {
  readonly queue: 'agent' | 'executor';
  readonly task: 'triage' | 'investigate' | 'propose' | 'gate' | 'resolve' | 'execute' | 'verify';
  readonly payload: { readonly [name: string]: string };
  /** Same key, same waiting job. */
  readonly key: string;
  readonly runAt?: string;
}

/** One step: what happened, and what comes next, in one transaction. */
export interface CaseStep {
  readonly caseId: string;
  /** Version of the state that was decided upon; 0 opens the case. */
  readonly versionExpected: number;
  readonly events: readonly [CaseEvent, ...CaseEvent[]];
  readonly jobs: readonly JobDraft[];
}

/** Leaf of the log that a committed event became. */
export interface LeafReceipt {
  readonly leafId: string;
  readonly entryText: string;
}

export type CommitResult =
  | { readonly type: 'committed'; readonly leaves: readonly LeafReceipt[] }
  | { readonly type: 'conflict' };

/** Cases and their journals. Journal, log leaves, row and jobs commit together or not at all. */
export interface CaseStore {
  load(caseId: string): Promise<CaseState | null>;
  /** `conflict` when the version moved, or when an intent for the same digest exists. */
  commit(step: CaseStep): Promise<CommitResult>;
  caseIdOf(digest: Digest): Promise<string | null>;
}

/** Signals as the intake wrote them. */
export interface SignalStore {
  read(signalId: string): Promise<Signal | null>;
  /** Records why no case is opened; a second dismissal of the same signal changes nothing. */
  dismiss(signal: Signal, reason: DismissalReason, note: string): Promise<void>;
  /** The open case of this dedupe key, if any. */
  caseOf(dedupeKey: string): Promise<string | null>;
}

/** A review as recorded: the store's clock decides the order and the deadline. */
export interface RecordedReview {
  readonly review: SignedReview;
  readonly recordedAtMs: number;
  readonly leafId: string;
}

/** An enrolment exactly as submitted, and when: an enrolment link that had expired by then enrols nobody. */
export interface RecordedEnrolment {
  readonly enrolment: unknown;
  readonly recordedAtMs: number;
}

/** Reviews of one digest, in recorded order. */
export interface ReviewStore {
  read(digest: Digest): Promise<readonly RecordedReview[]>;
  /** Logs a review that does not hold (`review_refused`). */
  refuse(digest: Digest, code: string, note: string): Promise<void>;
}

/** Where the log stands; files of the log itself are read by {@link LogReader}. */
export interface LeafStore {
  /** `index` is null until the log process has integrated the leaf. */
  locate(
    leafIds: readonly string[],
  ): Promise<readonly (LeafReceipt & { readonly index: number | null })[]>;
}

/** A kill and, where present, the signed lift exactly as submitted. */
export interface RecordedKill {
  readonly kill: KillEngaged;
  readonly lift: unknown;
}

/** The kill switch as stored. Whether a lift holds is for the guard to say. */
export interface KillStore {
  read(): Promise<readonly RecordedKill[]>;
  engage(reason: string): Promise<KillEngaged>;
}

/** Reads the published log: C2SP tlog-tiles paths such as `checkpoint` and `tile/0/000`. */
export interface LogReader {
  /** `null` where the file does not exist. */
  read(path: string): Promise<Uint8Array | null>;
}
