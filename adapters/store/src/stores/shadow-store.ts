import type { JsonObject, PolicyStore, ShadowAnswer } from '@counterfoil/core';
import { isDuplicate } from '../connection/store-error.ts';
import { appendLeaf, asJson, notify, type StoreContext } from './context.ts';

type ShadowPart = Pick<PolicyStore, 'shadow' | 'chooseShadow' | 'recordShadow' | 'shadowAnswers'>;

/** The bundle that is asked beside the one in effect, and what it answered. */
export function shadowStore(context: StoreContext): ShadowPart {
  const { connection } = context;
  return {
    async shadow() {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.policy_shadow_choice')
          .select(['bundle_sha256', 'files'])
          .orderBy('choice_id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      if (!row?.bundle_sha256 || !row.files) return null;
      return { bundleSha256: row.bundle_sha256, files: row.files };
    },
    chooseShadow: (choice) =>
      connection.write(async (transaction) => {
        await transaction
          .insertInto('counterfoil.policy_shadow_choice')
          .values({
            bundle_sha256: choice?.bundleSha256 ?? null,
            files: choice ? JSON.stringify(choice.files) : null,
            recorded_at: context.now(),
          })
          .execute();
        await notify(transaction, 'policy', '');
      }),
    recordShadow: (answer, caseId) => recordShadow(context, answer, caseId),
    async shadowAnswers(limit) {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.policy_shadow')
          .select(['recorded_at', 'answer'])
          .orderBy('recorded_at', 'desc')
          .orderBy('leaf_id', 'desc')
          .limit(limit)
          .execute(),
      );
      return rows.map(({ answer, recorded_at }) => ({ ...answer, at: recorded_at.toISOString() }));
    },
  };
}

async function recordShadow(
  context: StoreContext,
  answer: ShadowAnswer,
  caseId: string,
): Promise<void> {
  const { digest, shadowSha256 } = answer;
  const payload: JsonObject = asJson(answer);
  try {
    await context.connection.write(async (transaction) => {
      const at = context.now();
      const { leafId } = await appendLeaf(context, transaction, at, {
        kind: 'policy_shadowed',
        caseId,
        facts: {
          digest,
          shadowSha256,
          answered: answer.answered,
          shadowAnswered: answer.shadowAnswered,
        },
        payload,
      });
      await transaction
        .insertInto('counterfoil.policy_shadow')
        .values({
          digest,
          shadow_sha256: shadowSha256,
          recorded_at: at,
          leaf_id: leafId,
          answer: JSON.stringify(payload),
        })
        .execute();
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
