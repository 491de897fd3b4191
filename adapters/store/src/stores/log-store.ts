import { invariant, type LeafStore } from '@counterfoil/core';
import { sql } from 'kysely';
import type { LeafRow, LogIntegration, LogReads } from '../contract.ts';
import { notify, type StoreContext } from './context.ts';

/** Where leaves stand. The role needs the right to read entries (executor, server, operator, log). */
export function leafStore({ connection }: StoreContext): LeafStore {
  return {
    async locate(leafIds) {
      if (leafIds.length === 0) return [];
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.log_leaf')
          .select(['leaf_id', 'leaf_index', 'entry_text'])
          .where('leaf_id', 'in', [...leafIds])
          .execute(),
      );
      const found = new Map(rows.map((row) => [row.leaf_id, row]));
      return leafIds.flatMap((leafId) => {
        const row = found.get(leafId);
        return row ? [{ leafId, entryText: row.entry_text, index: indexOf(row.leaf_index) }] : [];
      });
    },
  };
}

/** The log as people read it, and as the log process integrates it. */
export function logStore(context: StoreContext): LogReads & LogIntegration {
  return { ...logReads(context), ...logIntegration(context) };
}

function logReads({ connection }: StoreContext): LogReads {
  return {
    async entries({ fromIndex, limit, order, caseId }) {
      const ascending = order === 'ascending';
      const rows = await connection.read((database) => {
        let query = database
          .selectFrom('counterfoil.log_leaf')
          .select(['leaf_id', 'leaf_index', 'entry_text', 'salt', 'payload_text'])
          .where('leaf_index', ascending ? '>=' : '<=', String(fromIndex))
          .orderBy('leaf_index', ascending ? 'asc' : 'desc')
          .limit(limit);
        if (caseId !== undefined) query = query.where('case_id', '=', caseId);
        return query.execute();
      });
      return rows.map((row): LeafRow => ({
        leafId: row.leaf_id,
        index: indexOf(row.leaf_index),
        entryText: row.entry_text,
        salt: row.salt,
        payloadText: row.payload_text,
      }));
    },
    async checkpoint() {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.log_checkpoint')
          .select(['size', 'checkpoint_text'])
          .orderBy('size', 'desc')
          .orderBy('checkpoint_id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return row ? { size: Number(row.size), checkpointText: row.checkpoint_text } : null;
    },
  };
}

interface IndexedRow {
  readonly index: string;
  readonly entryText: string;
}

function logIntegration(context: StoreContext): LogIntegration {
  const { connection } = context;
  return {
    assign: (limit) =>
      connection.write(async (transaction) => {
        // One integrator at a time, so that the indexes have no gap.
        await sql`select pg_advisory_xact_lock(hashtext('counterfoil.log'))`.execute(transaction);
        const { rows } = await sql<IndexedRow>`
          with waiting as (
            select leaf_id,
              row_number() over (order by leaf_id) - 1
                + (select coalesce(max(leaf_index) + 1, 0) from counterfoil.log_leaf) as next_index
            from counterfoil.log_leaf where leaf_index is null order by leaf_id limit ${limit}
          )
          update counterfoil.log_leaf as leaf set leaf_index = waiting.next_index
          from waiting where leaf.leaf_id = waiting.leaf_id
          returning leaf.leaf_index as "index", leaf.entry_text as "entryText"
        `.execute(transaction);
        return rows.map(toIndexed).toSorted((a, b) => a.index - b.index);
      }),
    async range(fromIndex, toIndex) {
      const { rows } = await connection.read((database) =>
        sql<IndexedRow>`
          select leaf_index as "index", entry_text as "entryText" from counterfoil.log_leaf
          where leaf_index >= ${fromIndex} and leaf_index < ${toIndex} order by leaf_index
        `.execute(database),
      );
      return rows.map(toIndexed);
    },
    publish: ({ size, rootHash, checkpointText }) =>
      connection.write(async (transaction) => {
        await transaction
          .insertInto('counterfoil.log_checkpoint')
          .values({
            size,
            root_hash: rootHash,
            checkpoint_text: checkpointText,
            published_at: context.now(),
          })
          .execute();
        await notify(transaction, 'checkpoint', String(size));
      }),
  };
}

function toIndexed(row: IndexedRow): { readonly index: number; readonly entryText: string } {
  return { index: Number(row.index), entryText: row.entryText };
}

function indexOf(text: string | null): number | null {
  if (text === null) return null;
  const index = Number(text);
  invariant(Number.isSafeInteger(index), `log index ${text} is beyond what a number holds`);
  return index;
}
