import type { JsonObject } from '@counterfoil/core';
import { isDuplicate } from '../connection/store-error.ts';
import type { EnrolmentStore } from '../contract.ts';
import { appendLeaf, contentSha256, type StoreContext } from './context.ts';

/** Enrolments exactly as signed; the same one twice is recorded once. */
export function enrolmentStore(context: StoreContext): EnrolmentStore {
  const { connection } = context;
  return {
    async submit(enrolment) {
      const sha256 = contentSha256(enrolment);
      try {
        await connection.write((transaction) => record(context, transaction, enrolment, sha256));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    async list() {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.enrolment')
          .select(['enrolment', 'recorded_at'])
          .orderBy('enrolment_id')
          .execute(),
      );
      return rows.map((row) => ({
        enrolment: row.enrolment,
        recordedAtMs: row.recorded_at.getTime(),
      }));
    },
  };
}

async function record(
  context: StoreContext,
  transaction: Parameters<Parameters<StoreContext['connection']['write']>[0]>[0],
  enrolment: JsonObject,
  sha256: string,
): Promise<void> {
  const at = context.now();
  const { leafId } = await appendLeaf(context, transaction, at, {
    kind: 'approver_enrolled',
    caseId: null,
    facts: { enrolmentSha256: `sha256:${sha256}` },
    payload: enrolment,
  });
  await transaction
    .insertInto('counterfoil.enrolment')
    .values({
      content_sha256: sha256,
      recorded_at: at,
      leaf_id: leafId,
      enrolment: JSON.stringify(enrolment),
    })
    .execute();
}
