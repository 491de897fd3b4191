import { createHash } from 'node:crypto';
import type { JsonObject, LogEntryDraft, NewId } from '@counterfoil/core';
import { sql, type Transaction } from 'kysely';
import type { Connection } from '../connection/connection.ts';
import type { Tables } from '../connection/tables.ts';
import type { EntryWriter } from '../contract.ts';

/** What every store of one role shares. */
export interface StoreContext {
  readonly connection: Connection;
  /** The database role, and so the actor of every entry. */
  readonly role: string;
  readonly newId: NewId;
  readonly writeEntry: EntryWriter;
  /** The store's clock, ISO with milliseconds. */
  now(): string;
}

export interface AppendedLeaf {
  readonly leafId: string;
  readonly entryText: string;
}

/** Appends entries to the log within the transaction and wakes the log process. Same order out as in. */
export async function appendLeaves(
  context: StoreContext,
  transaction: Transaction<Tables>,
  at: string,
  drafts: readonly LogEntryDraft[],
): Promise<readonly AppendedLeaf[]> {
  if (drafts.length === 0) return [];
  const leaves = drafts.map((draft) => {
    const { entryText, payloadText, salt } = context.writeEntry(draft, at, context.role);
    return {
      kind: draft.kind,
      case_id: draft.caseId,
      actor: context.role,
      recorded_at: at,
      entry_text: entryText,
      salt,
      payload_text: payloadText,
    };
  });
  const rows = await transaction
    .insertInto('counterfoil.log_leaf')
    .values(leaves)
    .returning('leaf_id')
    .execute();
  await notify(transaction, 'leaf', '');
  return rows.map((row, position) => ({
    leafId: row.leaf_id,
    entryText: leaves[position]?.entry_text ?? '',
  }));
}

/** Appends one entry; see {@link appendLeaves}. */
export async function appendLeaf(
  context: StoreContext,
  transaction: Transaction<Tables>,
  at: string,
  draft: LogEntryDraft,
): Promise<AppendedLeaf> {
  const [leaf] = await appendLeaves(context, transaction, at, [draft]);
  return leaf ?? { leafId: '', entryText: '' };
}

/** Tells the listeners of a channel when the transaction commits. */
export async function notify(
  transaction: Transaction<Tables>,
  channel: 'leaf' | 'checkpoint' | 'case' | 'kill' | 'policy',
  payload: string,
): Promise<void> {
  await sql`select pg_notify(${`cf_${channel}`}, ${payload})`.execute(transaction);
}

/** SHA-256 of a value's JSON with sorted keys: the same content, the same hash, whatever the order it was written in. */
export function contentSha256(value: unknown): string {
  const text = JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
  return createHash('sha256').update(text).digest('hex');
}

/** A plain JSON copy, without the fields that are undefined. */
export function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
