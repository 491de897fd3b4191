import type { DismissalReason, JsonObject, LogEntry, Signal } from '@counterfoil/core';

/** A signal that became no case, and why. */
export interface DismissedView {
  readonly signal: Signal;
  readonly reason: DismissalReason;
  readonly note: string;
  readonly dismissedAt: string;
}

/** The report of one ingest, as the lake wrote it. */
export interface IngestView {
  readonly at: string;
  readonly report: JsonObject;
}

/** One entry of the transparency log with its payload, where that is held. */
export interface LogEntryView {
  readonly index: number;
  readonly leafId: string;
  readonly entryText: string;
  readonly entry: LogEntry;
  readonly payloadText: string | null;
}

/** A range of the log and the newest checkpoint. */
export interface LogView {
  readonly size: number;
  readonly checkpointText: string | null;
  readonly entries: readonly LogEntryView[];
}

/** A wake-up of the event stream: which records to read again. */
export interface ChangeView {
  readonly channel: 'leaf' | 'checkpoint' | 'case' | 'kill';
  readonly payload: string;
}
