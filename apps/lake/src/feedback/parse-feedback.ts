import { InputError, type Json, type JsonObject } from '@counterfoil/core';
import { VERDICTS, type Verdict } from './feedback-record.ts';

const TEXT_CHARS_MAX = 500;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Feedback as a caller gives it. */
export interface FeedbackRequest {
  /** Id of a case or of a signal. */
  readonly subject: string;
  readonly verdict: Verdict;
  readonly by: string;
  readonly note: string;
  readonly untilDate: string | null;
}

/** Reads feedback; `InputError` names the field that is wrong. */
export function parseFeedback(body: Json): FeedbackRequest {
  const { subject, verdict, by, note = '', until = null, ...rest } = objectOf(body);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw malformed(unknown, 'is not a field of feedback');
  if (!VERDICTS.includes(verdict as Verdict)) {
    throw malformed('verdict', `must be one of ${VERDICTS.join(', ')}`);
  }
  return {
    subject: textOf('subject', subject),
    verdict: verdict as Verdict,
    by: textOf('by', by),
    note: note === '' ? '' : textOf('note', note),
    untilDate: until === null ? null : dateOf(until),
  };
}

/** Reads a withdrawal: whose feedback, and who takes it back. */
export function parseWithdrawal(body: Json): { readonly feedbackId: string; readonly by: string } {
  const { feedbackId, by } = objectOf(body);
  return { feedbackId: textOf('feedbackId', feedbackId), by: textOf('by', by) };
}

function objectOf(body: Json): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  throw malformed('the body', 'must be an object');
}

function textOf(field: string, value: Json | undefined): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_CHARS_MAX) {
    return value;
  }
  throw malformed(field, `must be a text of 1 to ${TEXT_CHARS_MAX} characters`);
}

function dateOf(value: Json): string {
  if (typeof value === 'string' && ISO_DATE.test(value)) {
    const date = new Date(`${value}T00:00:00Z`);
    // The 30th of February parses, as a day of March.
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value;
  }
  throw malformed('until', 'must be a date such as 2026-05-31');
}

function malformed(field: string, problem: string): InputError {
  return new InputError('FEEDBACK_MALFORMED', `${field} ${problem}`, {
    remedy: 'see `counterfoil feedback --help`',
  });
}
