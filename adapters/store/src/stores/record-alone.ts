import type { LogEntryDraft } from '@counterfoil/core';
import type { Transaction } from 'kysely';
import { isDuplicate } from '../connection/store-error.ts';
import type { Tables } from '../connection/tables.ts';
import { appendLeaf, type StoreContext } from './context.ts';

/** Row and leaf of one record, at one time. */
interface RecordLeaf {
  readonly recorded_at: string;
  readonly leaf_id: string;
}

/** Appends one entry and the row that says the same, in one transaction. */
export async function recordAlone(
  context: StoreContext,
  draft: LogEntryDraft,
  insert: (transaction: Transaction<Tables>, leaf: RecordLeaf) => Promise<void>,
): Promise<void> {
  await context.connection.write(async (transaction) => {
    const at = context.now();
    const { leafId } = await appendLeaf(context, transaction, at, draft);
    await insert(transaction, { recorded_at: at, leaf_id: leafId });
  });
}

/** Runs what may have been recorded before; the second time changes nothing. */
export async function once(record: () => Promise<void>): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
