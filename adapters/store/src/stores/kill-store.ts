import { InputError, type JsonObject, type KillEngaged, type KillStore } from '@counterfoil/core';
import type { Transaction } from 'kysely';
import { isUnknownReference } from '../connection/store-error.ts';
import type { Tables } from '../connection/tables.ts';
import type { KillIntake } from '../contract.ts';
import { appendLeaf, notify, type StoreContext } from './context.ts';

/** The kill switch: anybody engages, a signed act lifts. */
export function killStore(context: StoreContext): KillStore & KillIntake {
  const { connection } = context;
  return {
    async read() {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.kill as kill')
          .leftJoinLateral(
            (join) =>
              join
                .selectFrom('counterfoil.kill_lift as each')
                .select('each.lift')
                .whereRef('each.kill_id', '=', 'kill.kill_id')
                .orderBy('each.lift_id', 'desc')
                .limit(1)
                .as('newest'),
            (on) => on.onTrue(),
          )
          .select(['kill.kill_id', 'kill.engaged_by', 'kill.reason', 'kill.engaged_at'])
          .select('newest.lift')
          .orderBy('kill.engaged_at')
          .orderBy('kill.kill_id')
          .execute(),
      );
      return rows.map((row) => ({
        kill: {
          killId: row.kill_id,
          by: row.engaged_by,
          reason: row.reason,
          at: row.engaged_at.toISOString(),
        },
        lift: row.lift,
      }));
    },
    engage: (reason) => connection.write((transaction) => engage(context, transaction, reason)),
    async lift(killId, signedLift) {
      try {
        await connection.write((transaction) => lift(context, transaction, { killId, signedLift }));
      } catch (error) {
        if (!isUnknownReference(error)) throw error;
        throw new InputError('KILL_UNKNOWN', `there is no kill ${killId}`, {
          cause: error,
          remedy: 'see `counterfoil kill status`',
        });
      }
    },
  };
}

async function engage(
  context: StoreContext,
  transaction: Transaction<Tables>,
  reason: string,
): Promise<KillEngaged> {
  const at = context.now();
  const killId = context.newId('kill');
  const by = context.role;
  const { leafId } = await appendLeaf(context, transaction, at, {
    kind: 'kill_engaged',
    caseId: null,
    facts: { killId, reason },
  });
  await transaction
    .insertInto('counterfoil.kill')
    .values({ kill_id: killId, engaged_by: by, reason, engaged_at: at, leaf_id: leafId })
    .execute();
  await notify(transaction, 'kill', killId);
  return { killId, by, reason, at };
}

async function lift(
  context: StoreContext,
  transaction: Transaction<Tables>,
  { killId, signedLift }: { readonly killId: string; readonly signedLift: JsonObject },
): Promise<void> {
  const at = context.now();
  const { leafId } = await appendLeaf(context, transaction, at, {
    kind: 'kill_lifted',
    caseId: null,
    facts: { killId },
    payload: signedLift,
  });
  await transaction
    .insertInto('counterfoil.kill_lift')
    .values({
      kill_id: killId,
      recorded_at: at,
      leaf_id: leafId,
      lift: JSON.stringify(signedLift),
    })
    .execute();
  await notify(transaction, 'kill', killId);
}
