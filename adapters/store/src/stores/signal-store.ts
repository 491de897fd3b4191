import type { SignalStore } from '@counterfoil/core';
import { sql } from 'kysely';
import { isDuplicate } from '../connection/store-error.ts';
import type { DismissedSignal, SignalIntake, SignalReads } from '../contract.ts';
import { appendLeaf, asJson, notify, type StoreContext } from './context.ts';
import { pageOf, readPosition, rowsToRead } from './page.ts';
import { recordIngest, writeSignals } from './signal-intake.ts';

/** Signals: written by the lake, triaged by the agent. */
export function signalStore(context: StoreContext): SignalStore & SignalReads & SignalIntake {
  return { ...signalSteps(context), ...signalLists(context), ...signalIntake(context) };
}

function signalIntake(context: StoreContext): SignalIntake {
  return {
    write: (signals) => writeSignals(context, signals),
    recordIngest: (report) => recordIngest(context, report),
  };
}

function signalSteps(context: StoreContext): SignalStore {
  const { connection } = context;
  return {
    async read(signalId) {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.signal')
          .select('body')
          .where('signal_id', '=', signalId)
          .executeTakeFirst(),
      );
      return row?.body ?? null;
    },
    async dismiss(signal, reason, note) {
      const { signalId } = signal;
      try {
        await connection.write(async (transaction) => {
          const at = context.now();
          const { leafId } = await appendLeaf(context, transaction, at, {
            kind: 'signal_dismissed',
            caseId: null,
            facts: { signalId, reason },
            payload: { signalId, reason, note, signal: asJson(signal) },
          });
          await transaction
            .insertInto('counterfoil.dismissed_signal')
            .values({ signal_id: signalId, reason, note, dismissed_at: at, leaf_id: leafId })
            .execute();
          await notify(transaction, 'case', '');
        });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    async caseOf(dedupeKey) {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.case_file')
          .select('case_id')
          .where('dedupe_key', '=', dedupeKey)
          .where('status', 'not in', ['closed', 'halted'])
          .executeTakeFirst(),
      );
      return row?.case_id ?? null;
    },
  };
}

function signalLists({ connection }: StoreContext): SignalReads {
  return {
    async dismissed(request) {
      const position = readPosition(request);
      const rows = await connection.read((database) => {
        let query = database
          .selectFrom('counterfoil.dismissed_signal')
          .innerJoin('counterfoil.signal', (join) =>
            join.onRef(
              'counterfoil.signal.signal_id',
              '=',
              'counterfoil.dismissed_signal.signal_id',
            ),
          )
          .select(['reason', 'note', 'dismissed_at', 'body'])
          .select('counterfoil.signal.signal_id')
          .orderBy('dismissed_at', 'desc')
          .orderBy('counterfoil.dismissed_signal.signal_id', 'desc')
          .limit(rowsToRead(request));
        if (position) {
          query = query.where(
            sql<boolean>`(dismissed_at, counterfoil.dismissed_signal.signal_id) < (${position.at}::timestamptz, ${position.id})`,
          );
        }
        return query.execute();
      });
      return pageOf(rows, request, {
        item: (row): DismissedSignal => ({
          signal: row.body,
          reason: row.reason as DismissedSignal['reason'],
          note: row.note,
          dismissedAt: row.dismissed_at.toISOString(),
        }),
        position: (row) => ({ at: row.dismissed_at.toISOString(), id: row.signal_id }),
      });
    },
    async ingests(request) {
      const position = readPosition(request);
      const rows = await connection.read((database) => {
        let query = database
          .selectFrom('counterfoil.ingest_report')
          .select(['ingest_id', 'recorded_at', 'report'])
          .orderBy('ingest_id', 'desc')
          .limit(rowsToRead(request));
        if (position) query = query.where('ingest_id', '<', position.id);
        return query.execute();
      });
      return pageOf(rows, request, {
        item: (row) => ({ at: row.recorded_at.toISOString(), report: row.report }),
        position: (row) => ({ at: row.recorded_at.toISOString(), id: row.ingest_id }),
      });
    },
    async pendingCount() {
      const { rows } = await connection.read((database) =>
        sql<{ pending: string }>`
          select count(*) as pending from counterfoil.signal s
          where not exists (select from counterfoil.dismissed_signal d where d.signal_id = s.signal_id)
            and not exists (select from counterfoil.case_file c where c.signal_id = s.signal_id)
        `.execute(database),
      );
      return Number(rows[0]?.pending ?? 0);
    },
  };
}
