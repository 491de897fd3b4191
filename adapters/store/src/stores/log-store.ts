import { createHash } from 'node:crypto';
import { invariant, type LeafStore } from '@counterfoil/core';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../connection/tables.ts';
import type { LeafRow, LogIntegration, LogReads } from '../contract.ts';
import { appendLeaf, notify, type StoreContext } from './context.ts';

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
    async quarantined() {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.quarantine as quarantine')
          .innerJoin(
            'counterfoil.log_leaf as leaf',
            'leaf.leaf_id',
            'quarantine.quarantined_leaf_id',
          )
          .select(['quarantined_leaf_id', 'kind', 'case_id', 'actor', 'quarantined_at'])
          .orderBy('quarantined_leaf_id')
          .execute(),
      );
      return rows.map((row) => ({
        leafId: row.quarantined_leaf_id,
        kind: row.kind,
        caseId: row.case_id,
        actor: row.actor,
        quarantinedAt: row.quarantined_at.toISOString(),
      }));
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
    assign: (limit, isEntry) =>
      connection.write(async (transaction) => {
        // One integrator at a time, so that the indexes have no gap.
        await sql`select pg_advisory_xact_lock(hashtext('counterfoil.log'))`.execute(transaction);
        const waiting = await waitingLeaves(transaction, limit);
        const entries = waiting.filter(({ entryText }) => isEntry(entryText));
        for (const leaf of waiting.filter((each) => !entries.includes(each))) {
          await quarantine(context, transaction, leaf);
        }
        return giveIndexes(transaction, entries);
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

interface WaitingLeaf {
  readonly leafId: string;
  readonly entryText: string;
}

async function waitingLeaves(
  transaction: Transaction<Tables>,
  limit: number,
): Promise<readonly WaitingLeaf[]> {
  const { rows } = await sql<WaitingLeaf>`
    select leaf_id as "leafId", entry_text as "entryText" from counterfoil.log_leaf as leaf
    where leaf_index is null
      and not exists (select from counterfoil.quarantine where quarantined_leaf_id = leaf.leaf_id)
    order by leaf_id limit ${limit}
  `.execute(transaction);
  return rows;
}

async function giveIndexes(
  transaction: Transaction<Tables>,
  leaves: readonly WaitingLeaf[],
): Promise<readonly { readonly index: number; readonly entryText: string }[]> {
  if (leaves.length === 0) return [];
  const leafIds = leaves.map(({ leafId }) => leafId);
  const { rows } = await sql<{ first: string }>`
    with head as (select coalesce(max(leaf_index) + 1, 0) as first from counterfoil.log_leaf),
    given as (
      update counterfoil.log_leaf as leaf set leaf_index = head.first + place - 1
      from head, unnest(${leafIds}::bigint[]) with ordinality as each (leaf_id, place)
      where leaf.leaf_id = each.leaf_id
    )
    select first from head
  `.execute(transaction);
  const first = indexOf(rows[0]?.first ?? null) ?? 0;
  return leaves.map(({ entryText }, place) => ({ index: first + place, entryText }));
}

/** Keeps a leaf out of the log, and says so in it. */
async function quarantine(
  context: StoreContext,
  transaction: Transaction<Tables>,
  { leafId, entryText }: WaitingLeaf,
): Promise<void> {
  const at = context.now();
  const entrySha256 = createHash('sha256').update(entryText).digest('hex');
  const said = await appendLeaf(context, transaction, at, {
    kind: 'leaf_quarantined',
    caseId: null,
    facts: { leafId, entrySha256 },
  });
  await transaction
    .insertInto('counterfoil.quarantine')
    .values({ quarantined_leaf_id: leafId, quarantined_at: at, leaf_id: said.leafId })
    .execute();
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
