import type { LogEntryKind } from '@counterfoil/core';
import type { PackReport } from '@counterfoil/guard';
import type { LogRecord, RecordEntry } from '../record.ts';

/** What a claim is judged by: a pack, what its verification found, and the period that is asked about. */
export interface ClaimInput {
  readonly record: LogRecord;
  readonly report: PackReport;
  /** Entries of the period, in the order of the log. */
  readonly inPeriod: readonly RecordEntry[];
}

/**
 * `shown`: it happened in the period, and the record shows the claim for every time. `nothing_happened`: there was nothing to show it
 * by. `unprovable`: payloads that the proof needs were erased. `contradicted`: the record says otherwise.
 */
export type ClaimStatus = 'shown' | 'nothing_happened' | 'unprovable' | 'contradicted';

/** How a claim stands. */
export interface ClaimFinding {
  readonly status: ClaimStatus;
  /** One sentence with the figures. */
  readonly note: string;
  readonly figures: { readonly [name: string]: number | string };
  /** Entries that show it, by index. */
  readonly entries: readonly number[];
}

/** A statement about the record that anybody with the pack can judge again. */
export interface Claim {
  readonly claimId: string;
  /** What is claimed, in words. */
  readonly statement: string;
  /** How it is judged, in words. */
  readonly method: string;
  assess(input: ClaimInput): ClaimFinding;
}

/** Entries of these kinds. */
export function ofKinds(
  entries: readonly RecordEntry[],
  ...kinds: readonly LogEntryKind[]
): readonly RecordEntry[] {
  return entries.filter(({ entry }) => kinds.includes(entry.kind));
}

/** Indexes of entries. */
export function indexesOf(entries: readonly RecordEntry[]): readonly number[] {
  return entries.map(({ index }) => index);
}

/** `1 effect`, `2 effects`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
