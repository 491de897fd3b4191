import type {
  AutonomyStore,
  ApprovalRequest,
  CaseState,
  CaseStatus,
  CaseStore,
  ChangeAttachmentStore,
  Clock,
  Digest,
  DismissalReason,
  JobDraft,
  JsonObject,
  KillStore,
  LeafStore,
  LogEntryDraft,
  NewId,
  PolicyStore,
  ActionState,
  RecordedEnrolment,
  RecordedEvent,
  ReviewStore,
  Signal,
  SignalStore,
  SignedReview,
  UseStore,
} from '@counterfoil/core';

/** Turns a draft into the leaf text, with its payload and salt. The guard's `writeEntry`, handed in by the app. */
export type EntryWriter = (
  draft: LogEntryDraft,
  at: string,
  actor: string,
) => {
  readonly entryText: string;
  readonly payloadText: string | null;
  /** Base64url, null where there is no payload. */
  readonly salt: string | null;
};

export interface StoreOptions {
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly writeEntry: EntryWriter;
}

/** One page of a list; `next` is given back as `after`, null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
}

/** A case without its journal, for lists. */
export interface CaseRow {
  readonly caseId: string;
  readonly status: CaseStatus;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly state: CaseState;
}

export interface CaseReads {
  list(page: PageRequest & { readonly status?: CaseStatus }): Promise<Page<CaseRow>>;
  journal(caseId: string): Promise<readonly RecordedEvent[]>;
}

/** An action with its request, as approvers see it. */
export interface ApprovalRow {
  readonly digest: Digest;
  readonly caseId: string;
  readonly request: ApprovalRequest;
  readonly action: ActionState;
}

export interface ApprovalReads {
  /** Newest first; `open` are those still awaiting an answer. */
  list(page: PageRequest & { readonly filter: 'open' | 'all' }): Promise<Page<ApprovalRow>>;
  /** By full digest or an unambiguous prefix of its hex of at least eight digits. */
  find(digestOrPrefix: string): Promise<ApprovalRow | null>;
}

/** Reviews coming in; the executor judges them, this only records them and wakes it. */
export interface ReviewIntake {
  /** Records the review, logs it and enqueues `resolve`. */
  submit(review: SignedReview): Promise<{ readonly recordedAtMs: number; readonly leafId: string }>;
}

/** Signed enrolments of approver keys, exactly as submitted; the guard judges them. */
export interface EnrolmentStore {
  submit(enrolment: JsonObject): Promise<void>;
  list(): Promise<readonly RecordedEnrolment[]>;
}

export interface KillIntake {
  /** Records the signed lift exactly as submitted, and logs it; whether it holds is for the guard to say. */
  lift(killId: string, signedLift: JsonObject): Promise<void>;
}

export interface DismissedSignal {
  readonly signal: Signal;
  readonly reason: DismissalReason;
  readonly note: string;
  readonly dismissedAt: string;
}

/** What the lake writes; only its role may. */
export interface SignalIntake {
  /** Inserts new signals, enqueues their triage, skips known ids. */
  write(signals: readonly Signal[]): Promise<{ readonly added: number; readonly known: number }>;
  recordIngest(report: JsonObject): Promise<void>;
}

export interface SignalReads {
  dismissed(page: PageRequest): Promise<Page<DismissedSignal>>;
  ingests(page: PageRequest): Promise<Page<{ readonly at: string; readonly report: JsonObject }>>;
  /** Signals whose triage has not finished. */
  pendingCount(): Promise<number>;
}

/** One leaf as stored; `index` is null until integrated. */
export interface LeafRow {
  readonly leafId: string;
  readonly index: number | null;
  readonly entryText: string;
  readonly salt: string | null;
  readonly payloadText: string | null;
}

export interface LogReads {
  /** Newest first where `order` is `descending`; only integrated leaves. */
  entries(range: {
    readonly fromIndex: number;
    readonly limit: number;
    readonly order: 'ascending' | 'descending';
    readonly caseId?: string;
  }): Promise<readonly LeafRow[]>;
  checkpoint(): Promise<{ readonly size: number; readonly checkpointText: string } | null>;
  /** Leaves that are no entries and so never get an index, oldest first. Each is named by an entry of the log. */
  quarantined(): Promise<readonly QuarantinedLeaf[]>;
}

/** A leaf that stays out of the log because nobody could read it. */
export interface QuarantinedLeaf {
  readonly leafId: string;
  readonly kind: string;
  readonly caseId: string | null;
  /** Database role that wrote it. */
  readonly actor: string;
  readonly quarantinedAt: string;
}

/** What an operator alone may do. */
export interface LogErasure {
  /**
   * Erases payload and salt of the entry at this index, and the row that says the same; the entry and every proof stay. Recorded as an
   * entry `payload_erased` with the reason. `InputError` `ERASURE_REFUSED` unless it is a review of a case that is over.
   */
  erase(index: number, reason: string): Promise<{ readonly leafId: string; readonly kind: string }>;
}

/** What the log process alone may do. */
export interface LogIntegration {
  /**
   * Gives the next free indexes to committed leaves in order of arrival, durably; at most `limit`. A leaf that `isEntry` refuses gets
   * none: it is put under quarantine, and an entry `leaf_quarantined` says so. The database refuses that for what is an entry.
   */
  assign(
    limit: number,
    isEntry: (entryText: string) => boolean,
  ): Promise<readonly { readonly index: number; readonly entryText: string }[]>;
  range(
    fromIndex: number,
    toIndex: number,
  ): Promise<readonly { readonly index: number; readonly entryText: string }[]>;
  publish(checkpoint: {
    readonly size: number;
    readonly rootHash: string;
    readonly checkpointText: string;
  }): Promise<void>;
}

/** Wakes up on changes; `case` carries the case id, the others nothing that matters. */
export interface Changes {
  subscribe(
    channel: 'leaf' | 'checkpoint' | 'case' | 'kill' | 'policy',
    onChange: (payload: string) => void,
  ): Promise<() => Promise<void>>;
}

/** Work that is asked for outside a step, such as taking up what an outage left undone. A role may only ask for what is its to ask. */
export interface JobQueue {
  enqueue(jobs: readonly JobDraft[]): Promise<void>;
}

/** Everything of one database role. What the role may not do, the database refuses. */
export interface Store {
  readonly role: string;
  readonly cases: CaseStore & CaseReads;
  readonly signals: SignalStore & SignalReads & SignalIntake;
  readonly approvals: ApprovalReads;
  readonly reviews: ReviewStore & ReviewIntake;
  readonly enrolments: EnrolmentStore;
  readonly kills: KillStore & KillIntake;
  readonly use: UseStore;
  readonly policies: PolicyStore;
  readonly autonomy: AutonomyStore;
  readonly changeAttachments: ChangeAttachmentStore;
  readonly leaves: LeafStore;
  readonly log: LogReads & LogIntegration & LogErasure;
  readonly changes: Changes;
  close(): Promise<void>;
}

/** A job handler; throwing retries with backoff up to the bound, then the job is a dead letter. */
export type JobHandler = (payload: Readonly<Record<string, string>>) => Promise<void>;

export interface JobRunnerOptions {
  readonly databaseUrl: string;
  readonly queue: JobDraft['queue'];
  readonly handlers: Partial<Record<JobDraft['task'], JobHandler>>;
  readonly concurrency: number;
  readonly onError: (
    error: unknown,
    job: { readonly task: string; readonly attempts: number; readonly final: boolean },
  ) => void;
}

/** Runs one queue until stopped; takes over the jobs of dead workers within seconds. */
export interface JobRunner {
  stop(): Promise<void>;
}
