import {
  ConflictError,
  InputError,
  triage,
  type CaseStore,
  type Signal,
  type SignalStore,
  type TriageThresholds,
} from '@counterfoil/core';
import { nextJob } from '../durable/jobs.ts';
import { payloadField, type StageHandler } from '../durable/payload.ts';

export interface TriageDependencies {
  readonly cases: CaseStore;
  readonly signals: SignalStore;
  readonly thresholds: TriageThresholds;
}

/** Signal → case or dismissal. */
export function createTriage(dependencies: TriageDependencies): StageHandler {
  const { cases, signals, thresholds } = dependencies;
  return async (payload) => {
    const signalId = payloadField(payload, 'signalId');
    const signal = await signals.read(signalId);
    if (!signal) {
      throw new InputError('SIGNAL_UNKNOWN', `signal ${signalId} does not exist`, {
        remedy: 'ingest the billing data again',
      });
    }
    const decision = triage(signal, thresholds);
    if (decision.type === 'dismiss') {
      return await signals.dismiss(signal, decision.reason, decision.note);
    }
    const caseId = caseIdOf(signal);
    if (await cases.load(caseId)) return;
    const caseOpen = await signals.caseOf(signal.dedupeKey);
    if (caseOpen !== null) {
      return await signals.dismiss(signal, 'duplicate', `case ${caseOpen} is open for it`);
    }
    await open(cases, caseId, signal);
  };
}

/** The same signal always opens the same case, so a repeated job cannot open two. */
export function caseIdOf(signal: Pick<Signal, 'signalId'>): string {
  return `case_${signal.signalId.replace(/^sig(nal)?_/, '')}`;
}

async function open(cases: CaseStore, caseId: string, signal: Signal): Promise<void> {
  const result = await cases.commit({
    caseId,
    versionExpected: 0,
    events: [{ type: 'case_opened', signal }],
    jobs: [nextJob.investigate(caseId)],
  });
  if (result.type === 'committed' || (await cases.load(caseId))) return;
  // Another signal of the same key opened its case in between; the retry will find it and dismiss this one.
  throw new ConflictError('VERSION', `case ${caseId} could not be opened`, {
    remedy: 'the job is retried by itself',
  });
}
