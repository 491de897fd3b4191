import type { CaseStore } from '@counterfoil/core';
import { sql } from 'kysely';
import type { CaseReads, CaseRow } from '../contract.ts';
import { commitStep } from './commit.ts';
import type { StoreContext } from './context.ts';
import { readJournal, readState } from './journal.ts';
import { pageOf, readPosition, rowsToRead } from './page.ts';

/** Cases, their journals and the index of their actions. */
export function caseStore(context: StoreContext): CaseStore & CaseReads {
  const { connection } = context;
  return {
    load: (caseId) => connection.read((database) => readState(database, caseId)),
    journal: (caseId) => connection.read((database) => readJournal(database, caseId)),
    commit: (step) => commitStep(context, step),
    async caseIdOf(digest) {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.action')
          .select('case_id')
          .where('digest', '=', digest)
          .executeTakeFirst(),
      );
      return row?.case_id ?? null;
    },
    async list(request) {
      const position = readPosition(request);
      const rows = await connection.read((database) => {
        let query = database
          .selectFrom('counterfoil.case_file')
          .select(['case_id', 'status', 'opened_at', 'updated_at', 'state'])
          .orderBy('opened_at', 'desc')
          .orderBy('case_id', 'desc')
          .limit(rowsToRead(request));
        if (request.status) query = query.where('status', '=', request.status);
        if (position) {
          query = query.where(
            sql<boolean>`(opened_at, case_id) < (${position.at}::timestamptz, ${position.id})`,
          );
        }
        return query.execute();
      });
      return pageOf(rows, request, {
        item: (row): CaseRow => ({
          caseId: row.case_id,
          status: row.status,
          openedAt: row.opened_at.toISOString(),
          updatedAt: row.updated_at.toISOString(),
          state: row.state,
        }),
        position: (row) => ({ at: row.opened_at.toISOString(), id: row.case_id }),
      });
    },
  };
}
