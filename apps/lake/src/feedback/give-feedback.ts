import { createHash } from 'node:crypto';
import { InputError, type Json, type Signal } from '@counterfoil/core';
import type { LakeContext } from '../lake-context.ts';
import type { FeedbackRecord, Verdict } from './feedback-record.ts';
import { parseFeedback } from './parse-feedback.ts';

/** How long feedback holds that names no end. */
const HOLDS_DAYS: Readonly<Record<Verdict, number>> = {
  // A month end, a quarter's first weeks and the season of the year should show themselves again.
  'not-anomaly': 90,
  planned: 30,
  anomaly: 0,
};
const DAY_MS = 86_400_000;

/** Keeps what a person says of a case or signal; from the next run on, detection goes by it. */
export async function giveFeedback(context: LakeContext, body: Json): Promise<FeedbackRecord> {
  const { subject, verdict, by, note, untilDate } = parseFeedback(body);
  const { signal, caseId } = await subjectOf(context, subject);
  const { anomaly, signalId } = signal;
  const at = new Date(context.clock.nowMs()).toISOString();
  const until = untilDate ?? defaultEnd(verdict, signal, at);
  if (until < anomaly.onsetDate) {
    throw new InputError('UNTIL_TOO_EARLY', `the change began on ${anomaly.onsetDate}`, {
      remedy: 'let the feedback hold until that day or a later one',
    });
  }
  const { direction, basis, element, onsetDate, lastDate, impactPerDay, impactPercent } = anomaly;
  const change = { direction, basis, element, onsetDate, lastDate, impactPerDay, impactPercent };
  const said = { verdict, note, untilDate: until, by, at, caseId, signalId, change };
  const record = { feedbackId: `feedback_${digestOf(said)}`, ...said };
  context.feedback.give(record);
  return record;
}

function defaultEnd(verdict: Verdict, { anomaly }: Signal, at: string): string {
  const from = verdict === 'anomaly' ? anomaly.lastDate : at.slice(0, 10);
  const later = from < anomaly.lastDate ? anomaly.lastDate : from;
  return new Date(Date.parse(later) + HOLDS_DAYS[verdict] * DAY_MS).toISOString().slice(0, 10);
}

async function subjectOf(
  { store }: LakeContext,
  subject: string,
): Promise<{ readonly signal: Signal; readonly caseId: string | null }> {
  const state = await store.cases.load(subject);
  if (state) return { signal: state.signal, caseId: subject };
  const signal = await store.signals.read(subject);
  if (signal) return { signal, caseId: null };
  throw new InputError(
    'SUBJECT_UNKNOWN',
    `there is no case and no signal ${subject.slice(0, 80)}`,
    { remedy: 'give the id of a case (`counterfoil cases list`) or of a signal' },
  );
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
