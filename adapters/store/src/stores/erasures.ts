import { InputError } from '@counterfoil/core';
import { codeOf } from '../connection/store-error.ts';
import type { LogErasure } from '../contract.ts';
import { appendLeaf, type StoreContext } from './context.ts';

const REFUSED = 'CF002';

/** Erasure of what people wrote; only the operator's role may. */
export function erasures(context: StoreContext): LogErasure {
  const { connection } = context;
  return {
    async erase(index, reason) {
      const leaf = await connection.read((database) =>
        database
          .selectFrom('counterfoil.log_leaf')
          .select(['leaf_id', 'kind'])
          .where('leaf_index', '=', String(index))
          .executeTakeFirst(),
      );
      if (!leaf) {
        throw new InputError('ENTRY_UNKNOWN', `the log has no entry ${index}`, {
          remedy: 'see `counterfoil log show` for the numbers of entries',
        });
      }
      const { leaf_id: leafId, kind } = leaf;
      try {
        await connection.write(async (transaction) => {
          const at = context.now();
          const said = await appendLeaf(context, transaction, at, {
            kind: 'payload_erased',
            caseId: null,
            facts: { leafId, index, reason },
          });
          await transaction
            .insertInto('counterfoil.erasure')
            .values({ erased_leaf_id: leafId, recorded_at: at, leaf_id: said.leafId })
            .execute();
        });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new InputError('ERASURE_REFUSED', `entry ${index} (${kind}) cannot be erased`, {
          cause: error,
          remedy:
            'only a review that is still there, of a case that is closed or halted, can be: the rest is what decisions rest on',
        });
      }
      return { leafId, kind };
    },
  };
}

function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return codeOf(error) === REFUSED || codeOf(cause) === REFUSED;
}
