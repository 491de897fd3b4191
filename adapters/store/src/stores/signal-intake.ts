import { InputError, type JsonObject, type LogEntryDraft, type Signal } from '@counterfoil/core';
import { appendLeaf, appendLeaves, asJson, type StoreContext } from './context.ts';
import { enqueue } from './enqueue.ts';

/** Inserts the signals that are not known yet, logs each and enqueues its triage, all or none. */
export async function writeSignals(
  context: StoreContext,
  signals: readonly Signal[],
): Promise<{ readonly added: number; readonly known: number }> {
  if (signals.length === 0) return { added: 0, known: 0 };
  for (const { signalId, scopeAccounts } of signals) {
    if (scopeAccounts.length > 0) continue;
    throw new InputError('SIGNAL_SCOPE_EMPTY', `signal ${signalId}: scopeAccounts is empty`, {
      remedy: 'a signal names the accounts that its case may read',
    });
  }
  const added = await context.connection.write(async (transaction) => {
    const at = context.now();
    const rows = await transaction
      .insertInto('counterfoil.signal')
      .values(signals.map((signal) => signalRow(signal, at)))
      .onConflict((conflict) => conflict.doNothing())
      .returning('signal_id')
      .execute();
    const addedIds = new Set(rows.map((row) => row.signal_id));
    const fresh = signals.filter((signal) => addedIds.delete(signal.signalId));
    await appendLeaves(context, transaction, at, fresh.map(entryOfSignal));
    await enqueue(
      transaction,
      fresh.map(({ signalId }) => ({
        queue: 'agent',
        task: 'triage',
        payload: { signalId },
        key: signalId,
      })),
    );
    return fresh.length;
  });
  return { added, known: signals.length - added };
}

/** Keeps a report of an ingest and logs it. */
export async function recordIngest(context: StoreContext, report: JsonObject): Promise<void> {
  await context.connection.write(async (transaction) => {
    const at = context.now();
    const { dataVersion } = report;
    const { leafId } = await appendLeaf(context, transaction, at, {
      kind: 'ingest_completed',
      caseId: null,
      facts: typeof dataVersion === 'string' ? { dataVersion } : {},
      payload: report,
    });
    await transaction
      .insertInto('counterfoil.ingest_report')
      .values({ recorded_at: at, leaf_id: leafId, report: JSON.stringify(report) })
      .execute();
  });
}

function signalRow(signal: Signal, at: string) {
  const { impactPerDay } = signal.anomaly;
  return {
    signal_id: signal.signalId,
    dedupe_key: signal.dedupeKey,
    kind: signal.kind,
    data_version: signal.dataVersion,
    scope_accounts: signal.scopeAccounts,
    detected_at: signal.detectedAt,
    impact_per_day: impactPerDay.amount,
    currency: impactPerDay.currency,
    body: JSON.stringify(signal),
    recorded_at: at,
  };
}

function entryOfSignal(signal: Signal): LogEntryDraft {
  const { signalId, dataVersion, dedupeKey } = signal;
  return {
    kind: 'signal_received',
    caseId: null,
    facts: { signalId, dataVersion, dedupeKey },
    payload: asJson(signal),
  };
}
