import { invariant, type ActionUse, type RecentUse, type UseStore } from '@counterfoil/core';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from '../connection/tables.ts';
import type { StoreContext } from './context.ts';

const WINDOW = "interval '24 hours'";
/** As long as a grant lives at most: after it the action is counted anew. */
const KEPT = "interval '15 minutes'";

interface SumRow {
  readonly of_kind_in_account: string;
  readonly of_kind: string;
  readonly of_class: string;
  readonly amount_cents: string;
}

/** The row of places that limits of policy count. */
export function useStore(context: StoreContext): UseStore {
  const { connection } = context;
  return {
    read: (use) =>
      connection.read((database) => sumOthers(database, use, { at: context.now(), place: null })),
    reserve: (use) =>
      connection.write(async (transaction) => {
        // One at a time, and the number is taken inside: who comes second has the larger number and sees the first.
        await sql`select pg_advisory_xact_lock(hashtext('counterfoil.use'))`.execute(transaction);
        const own = await takePlace(context, transaction, use);
        return sumOthers(transaction, use, own);
      }),
  };
}

interface Place {
  readonly at: string;
  readonly place: string | null;
}

async function takePlace(
  context: StoreContext,
  transaction: Transaction<Tables>,
  use: ActionUse,
): Promise<Place> {
  const { digest, kind, account, amountCents, currency } = use;
  const at = context.now();
  await sql`
    insert into counterfoil.action_use as mine
      (digest, class, kind, account, amount_cents, currency, place, reserved_at)
    values (${digest}, ${use.class}, ${kind}, ${account}, ${amountCents}, ${currency},
      nextval('counterfoil.action_place'), ${at})
    on conflict (digest) do update set place = excluded.place, reserved_at = excluded.reserved_at
    where mine.reserved_at < excluded.reserved_at - ${sql.raw(KEPT)}
      and not exists (select from counterfoil.effect_intent i where i.digest = mine.digest)
  `.execute(transaction);
  const row = await transaction
    .selectFrom('counterfoil.action_use')
    .select(['place', 'reserved_at'])
    .where('digest', '=', digest)
    .executeTakeFirst();
  invariant(row, 'a place that was just taken is there');
  return { at: row.reserved_at.toISOString(), place: row.place };
}

/** The sums of the others before this place, and of the action itself. */
async function sumOthers(
  database: Kysely<Tables>,
  use: ActionUse,
  { at, place }: Place,
): Promise<RecentUse> {
  const { rows } = await sql<SumRow>`
    select
      count(*) filter (where used.kind = ${use.kind} and used.account = ${use.account}) as of_kind_in_account,
      count(*) filter (where used.kind = ${use.kind}) as of_kind,
      count(*) filter (where used.class = ${use.class}) as of_class,
      coalesce(sum(used.amount_cents)
        filter (where used.class = ${use.class} and used.currency = ${use.currency}), 0) as amount_cents
    from counterfoil.action_use used join counterfoil.action a using (digest)
    where used.digest <> ${use.digest}
      and used.reserved_at > ${at}::timestamptz - ${sql.raw(WINDOW)}
      and (${place}::bigint is null or used.place < ${place}::bigint)
      and a.status not in ('denied', 'expired', 'refused')
  `.execute(database);
  const [sums] = rows;
  invariant(sums, 'an aggregate answers with one row');
  return {
    ofKindInAccount: Number(sums.of_kind_in_account) + 1,
    ofKind: Number(sums.of_kind) + 1,
    ofClass: Number(sums.of_class) + 1,
    amountCents: capped(BigInt(sums.amount_cents) + BigInt(use.amountCents)),
  };
}

/** Never smaller than it is: what a number cannot hold exactly is the largest one. */
function capped(cents: bigint): number {
  return Number(cents > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : cents);
}
