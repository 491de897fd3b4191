import {
  apply,
  ConflictError,
  isSettled,
  type CaseEvent,
  type CaseState,
  type CaseStore,
  type JobDraft,
  type LeafReceipt,
} from '@counterfoil/core';

/** What a stage decided: what happened and what comes next. Null: there is nothing to do. */
export interface StepDraft {
  readonly events: readonly [CaseEvent, ...CaseEvent[]];
  readonly jobs: readonly JobDraft[];
}

const CONFLICTS_MAX = 8;

/**
 * Load, decide, commit one step. When somebody else committed in between, decides again from the fresh state; a decision
 * that no longer applies is null, which makes every stage safe to run twice.
 *
 * @returns the receipts of the committed events, or null where nothing was to be done.
 */
export async function commitStep(
  cases: CaseStore,
  caseId: string,
  decide: (state: CaseState) => StepDraft | null | Promise<StepDraft | null>,
): Promise<readonly LeafReceipt[] | null> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const state = await cases.load(caseId);
    if (!state || state.status === 'closed' || state.status === 'halted') return null;
    const draft = await decide(state);
    if (!draft) return null;
    const result = await cases.commit({ caseId, versionExpected: state.version, ...draft });
    if (result.type === 'committed') return result.leaves;
  }
  throw new ConflictError('VERSION', `case ${caseId} kept changing while a step was decided`, {
    remedy: 'the job is retried by itself',
  });
}

/** Adds the closing event when, after these events, no action of the case can change any more. */
export function closeWhenSettled(
  state: CaseState,
  events: readonly [CaseEvent, ...CaseEvent[]],
): readonly [CaseEvent, ...CaseEvent[]] {
  const next = events.reduce(
    (folded, event) =>
      apply(folded, { sequence: folded.version + 1, at: folded.updatedAt, actor: '', event }),
    state,
  );
  const isSettledNow = next.actions.every((action) => isSettled(action.status));
  return isSettledNow ? [...events, { type: 'case_closed', reason: reasonOf(next) }] : events;
}

function reasonOf(state: CaseState): string {
  const counts = new Map<string, number>();
  for (const { status } of state.actions) counts.set(status, (counts.get(status) ?? 0) + 1);
  if (counts.size === 0) return 'no action is proposed';
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}
