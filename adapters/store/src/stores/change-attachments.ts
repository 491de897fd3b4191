import type { ChangeAttachment, ChangeAttachmentStore } from '@counterfoil/core';
import type { StoreContext } from './context.ts';

/** Attachments of change records to accounts and kinds; the newest of each counts. */
export function changeAttachments({ connection, now }: StoreContext): ChangeAttachmentStore {
  const list = async (account?: string): Promise<readonly ChangeAttachment[]> => {
    const rows = await connection.read((database) =>
      database
        .selectFrom('counterfoil.change_attachment')
        .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
        .distinctOn(['account', 'kind'])
        .select(['account', 'kind', 'change_id', 'recorded_at'])
        .orderBy('account')
        .orderBy('kind')
        .orderBy('attachment_id', 'desc')
        .execute(),
    );
    return rows.flatMap(({ account: place, kind, change_id, recorded_at }) =>
      change_id === null
        ? []
        : [{ account: place, kind, changeId: change_id, at: recorded_at.toISOString() }],
    );
  };
  return {
    async attach({ account, kind }, changeId) {
      await connection.write(async (transaction) => {
        await transaction
          .insertInto('counterfoil.change_attachment')
          .values({ account, kind, change_id: changeId, recorded_at: now() })
          .execute();
      });
    },
    list: () => list(),
    async find(account, kind) {
      const standing = await list(account);
      const own = standing.find((one) => one.kind === kind);
      return (own ?? standing.find((one) => one.kind === null))?.changeId ?? null;
    },
  };
}
