import {
  apply,
  entryOfEvent,
  open,
  type ActionState,
  type CaseState,
  type CaseStep,
  type CommitResult,
  type RecordedEvent,
} from '@counterfoil/core';
import { sql, type Transaction } from 'kysely';
import { isDuplicate } from '../connection/store-error.ts';
import type { Tables } from '../connection/tables.ts';
import { enqueue } from './enqueue.ts';
import { appendLeaves, notify, type AppendedLeaf, type StoreContext } from './context.ts';
import { readState } from './journal.ts';

const CONFLICT: CommitResult = { type: 'conflict' };

/** One step of a case in one transaction: journal, log, row, actions, intent and jobs, or none of them. */
export async function commitStep(context: StoreContext, step: CaseStep): Promise<CommitResult> {
  try {
    return await context.connection.write((transaction) => write(context, transaction, step));
  } catch (error) {
    if (isDuplicate(error)) return CONFLICT;
    throw error;
  }
}

async function write(
  context: StoreContext,
  transaction: Transaction<Tables>,
  step: CaseStep,
): Promise<CommitResult> {
  const { caseId, versionExpected, events, jobs } = step;
  const before = await lockState(transaction, caseId);
  if ((before?.version ?? 0) !== versionExpected) return CONFLICT;
  const at = context.now();
  const recorded = events.map((event, position): RecordedEvent => ({
    sequence: versionExpected + position + 1,
    at,
    actor: context.role,
    event,
  }));
  const after = advance(caseId, before, recorded);
  const drafts = events.map((event) => entryOfEvent(caseId, event));
  const leaves = await appendLeaves(context, transaction, at, drafts);
  await writeRow(transaction, before, after);
  await writeActions(transaction, before, after);
  await writeIntents(transaction, caseId, recorded);
  await writeEvents(transaction, caseId, recorded, leaves);
  await enqueue(transaction, jobs);
  await notify(transaction, 'case', caseId);
  return { type: 'committed', leaves };
}

/** Holds the case's row until the transaction ends, so that of two steps on one version the second sees the first. */
async function lockState(
  transaction: Transaction<Tables>,
  caseId: string,
): Promise<CaseState | null> {
  await sql`select 1 from counterfoil.case_file where case_id = ${caseId} for update`.execute(
    transaction,
  );
  return readState(transaction, caseId);
}

function advance(
  caseId: string,
  before: CaseState | null,
  recorded: readonly RecordedEvent[],
): CaseState {
  return recorded.reduce<CaseState | null>(
    (state, event) => (state === null ? open(caseId, event) : apply(state, event)),
    before,
  ) as CaseState;
}

async function writeRow(
  transaction: Transaction<Tables>,
  before: CaseState | null,
  after: CaseState,
): Promise<void> {
  const { status, version, updatedAt, signal } = after;
  const change = { status, version, updated_at: updatedAt, state: JSON.stringify(after) };
  if (before) {
    await transaction
      .updateTable('counterfoil.case_file')
      .set(change)
      .where('case_id', '=', after.caseId)
      .execute();
    return;
  }
  await transaction
    .insertInto('counterfoil.case_file')
    .values({
      ...change,
      case_id: after.caseId,
      signal_id: signal.signalId,
      dedupe_key: signal.dedupeKey,
      opened_at: after.openedAt,
    })
    .execute();
}

/** Keeps the row of each action that the step changed. New ones are the agent's to insert, the rest the executor's to move. */
async function writeActions(
  transaction: Transaction<Tables>,
  before: CaseState | null,
  after: CaseState,
): Promise<void> {
  const known = new Map(before?.actions.map((action) => [action.action.digest, action]));
  for (const action of after.actions) {
    const { digest } = action.action;
    const earlier = known.get(digest);
    if (earlier === action) continue;
    const row = actionRow(action, after.updatedAt);
    if (earlier) {
      await transaction
        .updateTable('counterfoil.action')
        .set(row)
        .where('digest', '=', digest)
        .execute();
    } else {
      await transaction
        .insertInto('counterfoil.action')
        .values({ ...row, digest, case_id: after.caseId })
        .execute();
    }
  }
}

function actionRow(action: ActionState, updatedAt: string) {
  return {
    status: action.status,
    requested_at: action.request?.requestedAt ?? null,
    deadline_at: action.request?.deadlineAt ?? null,
    updated_at: updatedAt,
    action: JSON.stringify(action),
  };
}

async function writeIntents(
  transaction: Transaction<Tables>,
  caseId: string,
  recorded: readonly RecordedEvent[],
): Promise<void> {
  for (const { event, at } of recorded) {
    if (event.type !== 'effect_intended') continue;
    await transaction
      .insertInto('counterfoil.effect_intent')
      .values({
        digest: event.digest,
        case_id: caseId,
        idempotency_key: event.idempotencyKey,
        recorded_at: at,
      })
      .execute();
  }
}

async function writeEvents(
  transaction: Transaction<Tables>,
  caseId: string,
  recorded: readonly RecordedEvent[],
  leaves: readonly AppendedLeaf[],
): Promise<void> {
  const rows = recorded.map(({ sequence, at, actor, event }, position) => ({
    case_id: caseId,
    sequence,
    recorded_at: at,
    actor,
    type: event.type,
    event: JSON.stringify(event),
    leaf_id: leaves[position]?.leafId ?? '',
  }));
  await transaction.insertInto('counterfoil.case_event').values(rows).execute();
}
