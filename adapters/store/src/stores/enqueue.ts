import type { JobDraft } from '@counterfoil/core';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../connection/tables.ts';

/** Enqueues within the transaction. The database function refuses work that this role may not ask for. */
export async function enqueue(
  transaction: Transaction<Tables>,
  jobs: readonly JobDraft[],
): Promise<void> {
  if (jobs.length === 0) return;
  await sql`select counterfoil.enqueue(${JSON.stringify(jobs)}::json)`.execute(transaction);
}
