import type { LogEntryDraft, LogEntryKind } from '@counterfoil/core';
import { writeSampleEntry } from './samples.ts';

/** Inserts a leaf by hand; its values are those of {@link leafValues}. */
export const INSERT_LEAF = `insert into counterfoil.log_leaf
  (kind, case_id, recorded_at, actor, entry_text, salt, payload_text) values ($1, $2, $3, $4, $5, $6, $7)`;

/** The values of a leaf whose row and entry may name different writers. */
export function leafValues(
  kind: LogEntryKind,
  rowActor: string,
  entryActor: string,
  ...more: [caseId?: string | null, said?: Partial<Pick<LogEntryDraft, 'facts' | 'payload'>>]
): unknown[] {
  const [caseId = null, said = {}] = more;
  const at = new Date().toISOString();
  const entry = writeSampleEntry({ kind, caseId, facts: {}, ...said }, at, entryActor);
  return [kind, caseId, at, rowActor, entry.entryText, entry.salt, entry.payloadText];
}
