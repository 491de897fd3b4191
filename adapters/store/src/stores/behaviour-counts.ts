import type { AutonomyStore } from '@counterfoil/core';
import { timeOf } from './autonomy-reads.ts';
import type { StoreContext } from './context.ts';

type Counts = Pick<AutonomyStore, 'actionCounts' | 'toolCallCounts'>;

/** How releases behave, counted. */
export function behaviourCounts({ connection }: StoreContext): Counts {
  return {
    async actionCounts(sinceMs) {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.action as action')
          .innerJoin('counterfoil.action_scope as scope', 'scope.digest', 'action.digest')
          .where('action.updated_at', '>=', timeOf(sinceMs))
          .groupBy(['scope.release', 'scope.environment', 'scope.kind', 'action.status'])
          .select(['scope.release', 'scope.environment', 'scope.kind', 'action.status'])
          .select((each) => each.fn.countAll<string>().as('count'))
          .orderBy('scope.release')
          .orderBy('scope.environment')
          .orderBy('scope.kind')
          .orderBy('action.status')
          .execute(),
      );
      return rows.map((row) => ({ ...row, count: Number(row.count) }));
    },
    async toolCallCounts(sinceMs) {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.case_event')
          .where('type', '=', 'tool_called')
          .where('recorded_at', '>=', timeOf(sinceMs))
          .select('event')
          .execute(),
      );
      const counts = new Map<string, { tool: string; status: string; count: number }>();
      for (const { event } of rows) {
        if (event.type !== 'tool_called') continue;
        const { tool, status } = event.observation;
        const key = `${tool}\n${status}`;
        const { count } = counts.get(key) ?? { count: 0 };
        counts.set(key, { tool, status, count: count + 1 });
      }
      return [...counts.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    },
  };
}
