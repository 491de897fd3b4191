import { InputError, invariant, type ActionState } from '@counterfoil/core';
import { sql } from 'kysely';
import type { ApprovalReads, ApprovalRow } from '../contract.ts';
import type { StoreContext } from './context.ts';
import { pageOf, readPosition, rowsToRead } from './page.ts';

const PREFIX = /^(?:sha256:)?([0-9a-f]{8,64})$/;

/** Actions that people were asked about. */
export function approvalStore({ connection }: StoreContext): ApprovalReads {
  return {
    async list(request) {
      const position = readPosition(request);
      const rows = await connection.read((database) => {
        let query = database
          .selectFrom('counterfoil.action')
          .select(['digest', 'case_id', 'requested_at', 'action'])
          .where('requested_at', 'is not', null)
          .orderBy('requested_at', 'desc')
          .orderBy('digest', 'desc')
          .limit(rowsToRead(request));
        if (request.filter === 'open') query = query.where('status', '=', 'awaiting_approval');
        if (position) {
          query = query.where(
            sql<boolean>`(requested_at, digest) < (${position.at}::timestamptz, ${position.id})`,
          );
        }
        return query.execute();
      });
      return pageOf(rows, request, {
        item: toApproval,
        position: (row) => ({ at: row.requested_at?.toISOString() ?? '', id: row.digest }),
      });
    },
    async find(digestOrPrefix) {
      const prefix = PREFIX.exec(digestOrPrefix)?.[1];
      if (prefix === undefined) {
        throw new InputError(
          'DIGEST_MALFORMED',
          `"${digestOrPrefix.slice(0, 80)}" is not a digest`,
          {
            remedy: 'give the digest, or at least the first eight digits of its hex',
          },
        );
      }
      const [row, ...others] = await connection.read((database) =>
        database
          .selectFrom('counterfoil.action')
          .select(['digest', 'case_id', 'action'])
          .where('requested_at', 'is not', null)
          .where('digest', 'like', `sha256:${prefix}%`)
          .limit(2)
          .execute(),
      );
      if (others.length > 0) {
        throw new InputError('DIGEST_AMBIGUOUS', `several actions begin with ${prefix}`, {
          remedy: 'give more digits',
        });
      }
      return row ? toApproval(row) : null;
    },
  };
}

function toApproval(row: {
  readonly digest: ApprovalRow['digest'];
  readonly case_id: string;
  readonly action: ActionState;
}): ApprovalRow {
  const { request } = row.action;
  invariant(request, `action ${row.digest} has a request time but no request`);
  return { digest: row.digest, caseId: row.case_id, request, action: row.action };
}
