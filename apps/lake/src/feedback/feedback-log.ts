import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ConflictError, InputError, IntegrityError } from '@counterfoil/core';
import type { FeedbackRecord, ListedFeedback } from './feedback-record.ts';

const FILE = 'feedback.ndjson';

/** Feedback on a lake's signals: a list that only grows; what is taken back stays readable. */
export interface FeedbackLog {
  /** Durable when it returns. */
  give(record: FeedbackRecord): void;
  /** Durable when it returns; `InputError` on an unknown id, `ConflictError` on one that is withdrawn already. */
  withdraw(feedbackId: string, withdrawal: { readonly by: string; readonly at: string }): void;
  /** Newest first. */
  list(): readonly ListedFeedback[];
}

type Line =
  | { readonly type: 'given'; readonly record: FeedbackRecord }
  | {
      readonly type: 'withdrawn';
      readonly feedbackId: string;
      readonly by: string;
      readonly at: string;
    };

/**
 * Opens the feedback of a lake, one line of JSON an act. A line that a killed process left unfinished was never acknowledged: it is cut
 * off. A damaged line before the last fails with `IntegrityError`, since feedback decides what is alerted.
 */
export function openFeedbackLog(lakeDirectory: string): FeedbackLog {
  const path = join(lakeDirectory, FILE);
  const lines = readLines(path);
  const append = (line: Line): void => {
    appendDurably(path, `${JSON.stringify(line)}\n`);
    lines.push(line);
  };
  const list = () => listed(lines);
  return {
    give: (record) => append({ type: 'given', record }),
    withdraw: (feedbackId, { by, at }) => {
      const known = list().find((one) => one.feedbackId === feedbackId);
      if (!known) {
        throw new InputError(
          'FEEDBACK_UNKNOWN',
          `there is no feedback ${feedbackId.slice(0, 80)}`,
          { remedy: 'see `counterfoil feedback list`' },
        );
      }
      if (known.withdrawn) {
        throw new ConflictError(
          'FEEDBACK_WITHDRAWN',
          `${feedbackId} was withdrawn by ${known.withdrawn.by} at ${known.withdrawn.at}`,
        );
      }
      append({ type: 'withdrawn', feedbackId, by, at });
    },
    list,
  };
}

function listed(lines: readonly Line[]): readonly ListedFeedback[] {
  const ends = new Map(
    lines.flatMap((line) =>
      line.type === 'withdrawn' ? [[line.feedbackId, { by: line.by, at: line.at }] as const] : [],
    ),
  );
  return lines
    .flatMap((line) => (line.type === 'given' ? [line.record] : []))
    .map((record) => ({ ...record, withdrawn: ends.get(record.feedbackId) ?? null }))
    .toReversed();
}

function readLines(path: string): Line[] {
  const file = openSync(path, 'a+', 0o600);
  try {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) {
      ftruncateSync(file, Buffer.byteLength(whole));
      fsyncSync(file);
    }
    return whole
      .split('\n')
      .slice(0, -1)
      .map((line, at) => parseLine(line, `${path}:${at + 1}`));
  } finally {
    closeSync(file);
  }
}

function parseLine(text: string, place: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (cause) {
    throw new IntegrityError('FEEDBACK_DAMAGED', `${place} is not JSON`, {
      cause,
      remedy: 'restore the file from a backup, or delete the damaged line',
    });
  }
}

function appendDurably(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    const { size } = fstatSync(file);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } catch (error) {
      // Half a line on a full disk would spoil the next one.
      ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
