import { sql } from 'kysely';
import { openConnection, type Connection } from '../connection/connection.ts';
import type { JobQueue, Store, StoreOptions } from '../contract.ts';
import { approvalStore } from './approval-store.ts';
import { autonomyStore } from './autonomy-store.ts';
import { caseStore } from './case-store.ts';
import { changeAttachments } from './change-attachments.ts';
import { openChanges } from './changes.ts';
import type { StoreContext } from './context.ts';
import { enqueue } from './enqueue.ts';
import { enrolmentStore } from './enrolment-store.ts';
import { killStore } from './kill-store.ts';
import { erasures } from './erasures.ts';
import { leafStore, logStore } from './log-store.ts';
import { policyStore } from './policy-store.ts';
import { reviewStore } from './review-store.ts';
import { signalStore } from './signal-store.ts';
import { useStore } from './use-store.ts';

/**
 * Opens every store as the role of the connection string. Waits up to 15 s for a database that is starting, then fails with
 * `STORE_UNAVAILABLE`; afterwards reads survive a restart of the database, and a transaction that it cuts off fails with the same code.
 */
export async function openStore(
  options: StoreOptions,
): Promise<Store & { readonly jobs: JobQueue }> {
  const connection = openConnection(options.databaseUrl, 'counterfoil store');
  let role: string;
  try {
    role = await readRole(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const context: StoreContext = {
    connection,
    role,
    newId: options.newId,
    writeEntry: options.writeEntry,
    now: () => new Date(options.clock.nowMs()).toISOString(),
  };
  const changes = openChanges(options.databaseUrl, 'counterfoil store');
  return {
    role,
    cases: caseStore(context),
    signals: signalStore(context),
    approvals: approvalStore(context),
    reviews: reviewStore(context),
    enrolments: enrolmentStore(context),
    kills: killStore(context),
    use: useStore(context),
    policies: policyStore(context),
    autonomy: autonomyStore(context),
    changeAttachments: changeAttachments(context),
    leaves: leafStore(context),
    log: { ...logStore(context), ...erasures(context) },
    changes,
    jobs: {
      enqueue: (jobs) => connection.write((transaction) => enqueue(transaction, jobs)),
    },
    async close() {
      await changes.close();
      await connection.close();
    },
  };
}

async function readRole(connection: Connection): Promise<string> {
  const { rows } = await connection.read((database) =>
    sql<{ role: string }>`select session_user as role`.execute(database),
  );
  return rows[0]?.role ?? '';
}
