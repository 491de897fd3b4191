import { fold, type CaseState, type RecordedEvent } from '@counterfoil/core';
import type { Kysely } from 'kysely';
import type { Tables } from '../connection/tables.ts';

/** The events of a case in order, as recorded. */
export async function readJournal(
  database: Kysely<Tables>,
  caseId: string,
): Promise<readonly RecordedEvent[]> {
  const rows = await database
    .selectFrom('counterfoil.case_event')
    .select(['sequence', 'recorded_at', 'actor', 'event'])
    .where('case_id', '=', caseId)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => ({
    sequence: row.sequence,
    at: row.recorded_at.toISOString(),
    actor: row.actor,
    event: row.event,
  }));
}

/**
 * The state of a case, always folded from its journal: each event stands there under the role that had the right to write it,
 * while the row's snapshot may be written by any role that moves the case.
 */
export async function readState(
  database: Kysely<Tables>,
  caseId: string,
): Promise<CaseState | null> {
  const journal = await readJournal(database, caseId);
  return journal.length === 0 ? null : fold(caseId, journal);
}
