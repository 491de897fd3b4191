import type { AutonomyStore, JsonObject } from '@counterfoil/core';
import { sql } from 'kysely';
import { timeOf } from './autonomy-reads.ts';
import { asJson, type StoreContext } from './context.ts';
import { once, recordAlone } from './record-alone.ts';

type Breakers = Pick<AutonomyStore, 'openings' | 'open' | 'close' | 'granted'>;

/** Circuit breakers: what they count, their openings, and how people closed them. */
export function breakerStore(context: StoreContext): Breakers {
  return {
    openings: (sinceMs) => readOpenings(context, sinceMs),
    async open(opening) {
      const payload = asJson(opening);
      const draft = {
        kind: 'breaker_opened',
        caseId: null,
        facts: { ...opening },
        payload,
      } as const;
      await once(() =>
        recordAlone(context, draft, async (transaction, leaf) => {
          await transaction
            .insertInto('counterfoil.breaker_opening')
            .values({
              ...leaf,
              opening_id: opening.openingId,
              breaker: opening.breaker,
              release: opening.release,
              kind: opening.kind,
              until_at: timeOf(opening.untilMs).toISOString(),
              opening: JSON.stringify(payload),
            })
            .execute();
        }),
      );
    },
    close: (openingId, signed: JsonObject) =>
      recordAlone(
        context,
        { kind: 'breaker_closed', caseId: null, facts: { openingId }, payload: signed },
        async (transaction, leaf) => {
          await transaction
            .insertInto('counterfoil.breaker_closing')
            .values({ ...leaf, opening_id: openingId, closing: JSON.stringify(signed) })
            .execute();
        },
      ),
    granted: (subject, sinceMs) => readGranted(context, subject, sinceMs),
  };
}

async function readOpenings({ connection }: StoreContext, sinceMs: number) {
  const [openings, closings] = await connection.read((database) =>
    Promise.all([
      database
        .selectFrom('counterfoil.breaker_opening')
        .where('recorded_at', '>=', timeOf(sinceMs))
        .select(['recorded_at', 'opening'])
        .orderBy('leaf_id')
        .execute(),
      database
        .selectFrom('counterfoil.breaker_closing')
        .where('recorded_at', '>=', timeOf(sinceMs))
        .select(['opening_id', 'recorded_at', 'closing'])
        .orderBy('leaf_id')
        .execute(),
    ]),
  );
  return openings.map(({ opening, recorded_at }) => ({
    opening: { ...opening, openedAtMs: recorded_at.getTime() },
    closings: closings
      .filter((closing) => closing.opening_id === opening.openingId)
      .map((closing) => ({ signed: closing.closing, atMs: closing.recorded_at.getTime() })),
  }));
}

async function readGranted(
  { connection }: StoreContext,
  { release, kind }: { readonly release: string; readonly kind: string },
  sinceMs: number,
) {
  const rows = await connection.read((database) =>
    database
      .selectFrom('counterfoil.action_use as used')
      .innerJoin('counterfoil.action_scope as scope', 'scope.digest', 'used.digest')
      .innerJoin('counterfoil.action as action', 'action.digest', 'used.digest')
      .where('scope.release', '=', release)
      .where('used.kind', '=', kind)
      .where('used.reserved_at', '>=', timeOf(sinceMs))
      .where('action.status', 'not in', ['denied', 'expired', 'refused'])
      .groupBy('used.currency')
      .select(['used.currency'])
      .select(sql<string>`count(*)`.as('count'))
      .select(sql<string>`sum(used.amount_cents)`.as('cents'))
      .execute(),
  );
  return {
    remediations: rows.reduce((total, { count }) => total + Number(count), 0),
    cents: new Map(rows.map((row) => [row.currency, BigInt(row.cents)])),
  };
}
