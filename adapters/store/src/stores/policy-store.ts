import type { JsonObject, LogEntryKind, PolicyStore, RecordedPolicyAct } from '@counterfoil/core';
import type { Transaction } from 'kysely';
import type { Tables } from '../connection/tables.ts';
import { appendLeaf, notify, type StoreContext } from './context.ts';
import { questionStore } from './question-store.ts';
import { shadowStore } from './shadow-store.ts';

/** Policies and the acts that changed them, exactly as submitted. */
export function policyStore(context: StoreContext): PolicyStore {
  const { connection } = context;
  return {
    ...shadowStore(context),
    ...questionStore(context),
    acts: () => readActs(context),
    async files(bundleSha256) {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.policy_change')
          .select('files')
          .where('bundle_sha256', '=', bundleSha256)
          .orderBy('leaf_id')
          .limit(1)
          .executeTakeFirst(),
      );
      return row?.files ?? null;
    },
    async newestSha256() {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.policy_activation as activation')
          .innerJoin(
            'counterfoil.policy_change as change',
            'change.change_id',
            'activation.change_id',
          )
          .select('change.bundle_sha256')
          .orderBy('activation.activation_id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return row?.bundle_sha256 ?? null;
    },
    propose: (changeId, signed, files) =>
      record(context, 'policy_proposed', { changeId, signed }, async (transaction, leaf) => {
        const statement = JSON.stringify(signed);
        const bundle_sha256 = bundleOf(signed);
        await transaction
          .insertInto('counterfoil.policy_change')
          .values({
            ...leaf,
            change_id: changeId,
            bundle_sha256,
            files: JSON.stringify(files),
            statement,
          })
          .execute();
      }),
    approve: (changeId, signed) =>
      record(context, 'policy_approved', { changeId, signed }, async (transaction, leaf) => {
        await transaction
          .insertInto('counterfoil.policy_approval')
          .values({ ...leaf, change_id: changeId, approval: JSON.stringify(signed) })
          .execute();
      }),
    activate: (changeId) =>
      record(context, 'policy_activated', { changeId }, async (transaction, leaf) => {
        await transaction
          .insertInto('counterfoil.policy_activation')
          .values({ ...leaf, change_id: changeId })
          .execute();
      }),
  };
}

interface Leaf {
  readonly recorded_at: string;
  readonly leaf_id: string;
}

async function record(
  context: StoreContext,
  kind: LogEntryKind,
  { changeId, signed }: { readonly changeId: string; readonly signed?: JsonObject },
  insert: (transaction: Transaction<Tables>, leaf: Leaf) => Promise<void>,
): Promise<void> {
  await context.connection.write(async (transaction) => {
    const at = context.now();
    const { leafId } = await appendLeaf(context, transaction, at, {
      kind,
      caseId: null,
      facts: { changeId, ...(signed && { bundleSha256: bundleOf(signed) }) },
      ...(signed && { payload: signed }),
    });
    await insert(transaction, { recorded_at: at, leaf_id: leafId });
    await notify(transaction, 'policy', changeId);
  });
}

function bundleOf(signed: JsonObject): string {
  const statement = signed['statement'] as JsonObject | undefined;
  return String(statement?.['bundleSha256'] ?? '');
}

async function readActs({ connection }: StoreContext): Promise<readonly RecordedPolicyAct[]> {
  const [changes, approvals, activations] = await connection.read((database) =>
    Promise.all([
      database
        .selectFrom('counterfoil.policy_change')
        .select(['leaf_id', 'recorded_at', 'statement'])
        .execute(),
      database
        .selectFrom('counterfoil.policy_approval')
        .select(['leaf_id', 'recorded_at', 'approval'])
        .execute(),
      database
        .selectFrom('counterfoil.policy_activation')
        .select(['leaf_id', 'recorded_at', 'change_id'])
        .execute(),
    ]),
  );
  const acts = [
    ...changes.map((row) => placed(row, { type: 'proposed', signed: row.statement })),
    ...approvals.map((row) => placed(row, { type: 'approved', signed: row.approval })),
    ...activations.map((row) => placed(row, { type: 'activated', changeId: row.change_id })),
  ];
  return acts.toSorted((a, b) => a.place - b.place).map(({ act }) => act);
}

type Undated<Act> = Act extends RecordedPolicyAct ? Omit<Act, 'atMs'> : never;

function placed(
  row: { readonly leaf_id: string; readonly recorded_at: Date },
  act: Undated<RecordedPolicyAct>,
): { readonly place: number; readonly act: RecordedPolicyAct } {
  return { place: Number(row.leaf_id), act: { ...act, atMs: row.recorded_at.getTime() } };
}
