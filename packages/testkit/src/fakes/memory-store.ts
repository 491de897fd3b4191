import {
  apply,
  entryOfEvent,
  invariant,
  isSettled,
  open,
  type CaseEvent,
  type CaseState,
  type CaseStep,
  type CaseStore,
  type Clock,
  type CommitResult,
  type Digest,
  type DismissalReason,
  type KillEngaged,
  type KillStore,
  type NewId,
  type RecordedEvent,
  type RecordedReview,
  type ReviewStore,
  type Signal,
  type SignalStore,
  type SignedReview,
} from '@counterfoil/core';
import { createMemoryJobs, type MemoryJobs } from './memory-jobs.ts';
import { createMemoryLog, type MemoryLog, type WriteEntry } from './memory-log.ts';

/** Why a signal opened no case. */
export interface Dismissal {
  readonly signalId: string;
  readonly reason: DismissalReason;
  readonly note: string;
}

/** The store's ports in memory: journal, log leaves, row and jobs change together or not at all. */
export interface MemoryStore {
  readonly cases: CaseStore;
  readonly signals: SignalStore;
  readonly reviews: ReviewStore;
  readonly kills: KillStore;
  readonly log: MemoryLog;
  readonly jobs: MemoryJobs;
  readonly dismissals: readonly Dismissal[];
  readonly refusals: readonly { readonly digest: Digest; readonly code: string }[];
  journal(caseId: string): readonly RecordedEvent[];
  states(): readonly CaseState[];
  /** What the intake does: records the signal and enqueues its triage. */
  receive(signal: Signal): void;
  /** What the review intake does: records, logs, and enqueues `resolve`. */
  submitReview(review: SignedReview): void;
  lift(killId: string, lift: unknown): void;
}

/** An empty store. */
export function createMemoryStore(options: {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly writeEntry: WriteEntry;
}): MemoryStore {
  const { clock, newId } = options;
  const log = createMemoryLog(options.writeEntry);
  const jobs = createMemoryJobs(clock);
  const at = () => new Date(clock.nowMs()).toISOString();
  const journals = new Map<string, RecordedEvent[]>();
  const states = new Map<string, CaseState>();
  const signals = new Map<string, Signal>();
  const dismissals: Dismissal[] = [];
  const reviews: RecordedReview[] = [];
  const refusals: { readonly digest: Digest; readonly code: string }[] = [];
  const kills: { kill: KillEngaged; lift: unknown }[] = [];

  const commit = (step: CaseStep): CommitResult => {
    const before = states.get(step.caseId);
    if ((before?.version ?? 0) !== step.versionExpected) return { type: 'conflict' };
    const [first] = step.events;
    if (first.type === 'case_opened' && openCaseOf(states, first.signal.dedupeKey) !== null) {
      return { type: 'conflict' };
    }
    const recorded = step.events.map((event, place): RecordedEvent => ({
      sequence: step.versionExpected + place + 1,
      at: at(),
      actor: 'memory',
      event,
    }));
    states.set(step.caseId, folded(step.caseId, before, recorded));
    journals.set(step.caseId, [...(journals.get(step.caseId) ?? []), ...recorded]);
    jobs.enqueue(step.jobs);
    const leaves = step.events.map((event: CaseEvent) =>
      log.append(entryOfEvent(step.caseId, event), at(), 'memory'),
    );
    return { type: 'committed', leaves };
  };

  return {
    log,
    jobs,
    dismissals,
    refusals,
    journal: (caseId) => journals.get(caseId) ?? [],
    states: () => [...states.values()],
    cases: {
      load: async (caseId) => states.get(caseId) ?? null,
      commit: async (step) => commit(step),
      caseIdOf: async (digest) => caseIdOf(states, digest),
    } satisfies CaseStore,
    signals: {
      read: async (signalId) => signals.get(signalId) ?? null,
      async dismiss(signal, reason, note) {
        const { signalId } = signal;
        if (dismissals.some((one) => one.signalId === signalId)) return;
        dismissals.push({ signalId, reason, note });
      },
      caseOf: async (dedupeKey) => openCaseOf(states, dedupeKey),
    } satisfies SignalStore,
    reviews: {
      read: async (digest) => reviews.filter((one) => one.review.statement.digest === digest),
      async refuse(digest, code, note) {
        const caseId = caseIdOf(states, digest);
        const payload = { digest, code, note };
        log.append(
          { kind: 'review_refused', caseId, facts: { digest, code }, payload },
          at(),
          'memory',
        );
        refusals.push({ digest, code });
      },
    } satisfies ReviewStore,
    kills: {
      read: async () => [...kills],
      async engage(reason) {
        const kill = { killId: newId('kill'), by: 'memory', reason, at: at() };
        kills.push({ kill, lift: null });
        return kill;
      },
    } satisfies KillStore,
    receive(signal) {
      signals.set(signal.signalId, signal);
      const { signalId } = signal;
      jobs.enqueue([
        { queue: 'agent', task: 'triage', payload: { signalId }, key: `triage:${signalId}` },
      ]);
    },
    submitReview(review) {
      const { digest } = review.statement;
      const caseId = caseIdOf(states, digest);
      const payload = JSON.parse(JSON.stringify(review)) as Record<string, never>;
      const draft = { kind: 'review_submitted', caseId, facts: { digest }, payload } as const;
      const { leafId } = log.append(draft, at(), 'memory');
      reviews.push({ review, recordedAtMs: clock.nowMs(), leafId });
      jobs.enqueue([
        { queue: 'executor', task: 'resolve', payload: { digest }, key: `review:${digest}` },
      ]);
    },
    lift(killId, lift) {
      const found = kills.find((one) => one.kill.killId === killId);
      invariant(found, `no kill is called ${killId}`);
      found.lift = lift;
    },
  };
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

function caseIdOf(states: ReadonlyMap<string, CaseState>, digest: Digest): string | null {
  const found = [...states.values()].find((state) =>
    state.actions.some((one) => one.action.digest === digest),
  );
  return found?.caseId ?? null;
}

function openCaseOf(states: ReadonlyMap<string, CaseState>, dedupeKey: string): string | null {
  const found = [...states.values()].find(
    (state) => state.signal.dedupeKey === dedupeKey && !isEnded(state),
  );
  return found?.caseId ?? null;
}

function isEnded(state: CaseState): boolean {
  const isClosed = state.status === 'closed' || state.status === 'halted';
  return isClosed && state.actions.every((one) => isSettled(one.status));
}
