import {
  apply,
  entryOfEvent,
  invariant,
  isSettled,
  open,
  type CaseState,
  type CaseStep,
  type CaseStore,
  type Clock,
  type CommitResult,
  type Digest,
  type DismissalReason,
  type JsonObject,
  type KillStore,
  type LogEntryDraft,
  type NewId,
  type RecordedEvent,
  type RecordedKill,
  type RecordedReview,
  type ReviewStore,
  type Signal,
  type SignalStore,
  type SignedReview,
} from '@counterfoil/core';
import { createMemoryJobs, type MemoryJobs } from './memory-jobs.ts';
import { createMemoryLog, type MemoryLeaf, type MemoryLog, type WriteEntry } from './memory-log.ts';

/** Why a signal opened no case. */
export interface Dismissal {
  readonly signalId: string;
  readonly reason: DismissalReason;
  readonly note: string;
}

/** What an empty store is made with. */
export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly writeEntry: WriteEntry;
}

/** The store's ports in memory: journal, log leaves, row and jobs change together or not at all. */
export class MemoryStore {
  readonly log: MemoryLog;
  readonly jobs: MemoryJobs;
  readonly dismissals: Dismissal[] = [];
  readonly refusals: { readonly digest: Digest; readonly code: string }[] = [];
  readonly cases: CaseStore;
  readonly signals: SignalStore;
  readonly reviews: ReviewStore;
  readonly kills: KillStore;
  readonly #options: MemoryStoreOptions;
  readonly #journals = new Map<string, readonly RecordedEvent[]>();
  readonly #states = new Map<string, CaseState>();
  readonly #signals = new Map<string, Signal>();
  readonly #reviews: RecordedReview[] = [];
  readonly #kills: RecordedKill[] = [];

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
    this.log = createMemoryLog(options.writeEntry);
    this.jobs = createMemoryJobs(options.clock);
    this.cases = {
      load: async (caseId) => this.#states.get(caseId) ?? null,
      commit: async (step) => this.#commit(step),
      caseIdOf: async (digest) => this.#caseIdOf(digest),
    };
    this.signals = {
      read: async (signalId) => this.#signals.get(signalId) ?? null,
      dismiss: async ({ signalId }, reason, note) => {
        if (this.dismissals.some((one) => one.signalId === signalId)) return;
        this.dismissals.push({ signalId, reason, note });
      },
      caseOf: async (dedupeKey) => this.#openCaseOf(dedupeKey),
    };
    this.reviews = {
      read: async (digest) => this.#reviews.filter((one) => one.review.statement.digest === digest),
      refuse: async (digest, code, note) => {
        this.#appendOf('review_refused', digest, { digest, code, note });
        this.refusals.push({ digest, code });
      },
    };
    this.kills = {
      read: async () => [...this.#kills],
      engage: async (reason) => {
        const kill = { killId: options.newId('kill'), by: 'memory', reason, at: this.#at() };
        this.#kills.push({ kill, lift: null });
        return kill;
      },
    };
  }

  journal(caseId: string): readonly RecordedEvent[] {
    return this.#journals.get(caseId) ?? [];
  }

  states(): readonly CaseState[] {
    return [...this.#states.values()];
  }

  /** What the intake does: records the signal and enqueues its triage. */
  receive(signal: Signal): void {
    const { signalId } = signal;
    this.#signals.set(signalId, signal);
    const key = `triage:${signalId}`;
    this.jobs.enqueue([{ queue: 'agent', task: 'triage', payload: { signalId }, key }]);
  }

  /** What the review intake does: records, logs, and enqueues `resolve`. */
  submitReview(review: SignedReview): void {
    const { digest } = review.statement;
    const payload = JSON.parse(JSON.stringify(review)) as JsonObject;
    const { leafId } = this.#appendOf('review_submitted', digest, payload);
    this.#reviews.push({ review, recordedAtMs: this.#options.clock.nowMs(), leafId });
    const key = `review:${digest}`;
    this.jobs.enqueue([{ queue: 'executor', task: 'resolve', payload: { digest }, key }]);
  }

  /** What the kill intake does: records the lift exactly as submitted. */
  lift(killId: string, lift: unknown): void {
    const place = this.#kills.findIndex((one) => one.kill.killId === killId);
    const found = this.#kills[place];
    invariant(found, `no kill is called ${killId}`);
    this.#kills[place] = { ...found, lift };
  }

  #commit(step: CaseStep): CommitResult {
    const before = this.#states.get(step.caseId);
    if ((before?.version ?? 0) !== step.versionExpected) return { type: 'conflict' };
    const [first] = step.events;
    const isSecond =
      first.type === 'case_opened' && this.#openCaseOf(first.signal.dedupeKey) !== null;
    if (isSecond) return { type: 'conflict' };
    const at = this.#at();
    const recorded = step.events.map((event, place): RecordedEvent => ({
      sequence: step.versionExpected + place + 1,
      at,
      actor: 'memory',
      event,
    }));
    this.#states.set(step.caseId, folded(step.caseId, before, recorded));
    this.#journals.set(step.caseId, [...this.journal(step.caseId), ...recorded]);
    this.jobs.enqueue(step.jobs);
    const drafts = step.events.map((event) => entryOfEvent(step.caseId, event));
    return { type: 'committed', leaves: drafts.map((draft) => this.#append(draft)) };
  }

  #appendOf(kind: LogEntryDraft['kind'], digest: Digest, payload: JsonObject): MemoryLeaf {
    return this.#append({ kind, caseId: this.#caseIdOf(digest), facts: { digest }, payload });
  }

  #append(draft: LogEntryDraft): MemoryLeaf {
    return this.log.append(draft, this.#at(), 'memory');
  }

  #at(): string {
    return new Date(this.#options.clock.nowMs()).toISOString();
  }

  #caseIdOf(digest: Digest): string | null {
    const found = this.states().find((state) =>
      state.actions.some((one) => one.action.digest === digest),
    );
    return found?.caseId ?? null;
  }

  #openCaseOf(dedupeKey: string): string | null {
    const found = this.states().find(
      (state) => state.signal.dedupeKey === dedupeKey && !isEnded(state),
    );
    return found?.caseId ?? null;
  }
}

/** An empty store. */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  return new MemoryStore(options);
}

function folded(
  caseId: string,
  before: CaseState | undefined,
  recorded: readonly RecordedEvent[],
): CaseState {
  if (before) return recorded.reduce(apply, before);
  const [first, ...rest] = recorded;
  invariant(first, 'a step has at least one event');
  return rest.reduce(apply, open(caseId, first));
}

function isEnded(state: CaseState): boolean {
  const isClosed = state.status === 'closed' || state.status === 'halted';
  return isClosed && state.actions.every((one) => isSettled(one.status));
}
