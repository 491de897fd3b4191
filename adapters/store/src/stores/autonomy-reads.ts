import type { ActionStatus, AutonomyStore, DecidedAction } from '@counterfoil/core';
import type { StoreContext } from './context.ts';

type Reads = Pick<AutonomyStore, 'marks' | 'decisions' | 'effects' | 'toolCalls'>;

const EFFECT_STATUSES: readonly ActionStatus[] = [
  'executing',
  'performed',
  'unresolved',
  'confirmed',
  'not_confirmed',
];

/** What levels of autonomy are judged by. */
export function autonomyReads({ connection }: StoreContext): Reads {
  return {
    async marks(sinceMs) {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.decision_mark as mark')
          .innerJoin('counterfoil.action_scope as scope', 'scope.digest', 'mark.digest')
          .innerJoin('counterfoil.log_leaf as leaf', 'leaf.leaf_id', 'mark.decision_leaf_id')
          .where('mark.recorded_at', '>=', timeOf(sinceMs))
          .select(['mark.digest', 'mark.mark', 'mark.recorded_at', 'leaf.salt'])
          .select(['scope.release', 'scope.environment', 'scope.kind', 'scope.on_behalf_of'])
          .orderBy('mark.mark_id')
          .execute(),
      );
      return rows.map((row) => ({
        ...scopeOf(row),
        digest: row.digest,
        signed: row.mark,
        atMs: row.recorded_at.getTime(),
        onBehalfOf: row.on_behalf_of,
        sampleSalt: row.salt ?? '',
      }));
    },
    decisions: (sinceMs) => readDecisions(connection, sinceMs),
    async effects(sinceMs) {
      const rows = await connection.read((database) =>
        database
          .selectFrom('counterfoil.action as action')
          .innerJoin('counterfoil.action_scope as scope', 'scope.digest', 'action.digest')
          .where('action.updated_at', '>=', timeOf(sinceMs))
          .where('action.status', 'in', EFFECT_STATUSES)
          .select(['action.digest', 'action.status', 'action.updated_at'])
          .select(['scope.release', 'scope.environment', 'scope.kind'])
          .orderBy('action.updated_at')
          .execute(),
      );
      return rows.map((row) => ({
        ...scopeOf(row),
        digest: row.digest,
        status: row.status,
        atMs: row.updated_at.getTime(),
      }));
    },
    async toolCalls(sinceMs) {
      const row = await connection.read((database) =>
        database
          .selectFrom('counterfoil.case_event')
          .where('type', '=', 'tool_called')
          .where('recorded_at', '>=', timeOf(sinceMs))
          .select((each) => each.fn.countAll<string>().as('count'))
          .executeTakeFirst(),
      );
      return Number(row?.count ?? 0);
    },
  };
}

async function readDecisions(
  connection: StoreContext['connection'],
  sinceMs: number,
): Promise<readonly DecidedAction[]> {
  const [decided, actions] = await connection.read((database) =>
    Promise.all([
      database
        .selectFrom('counterfoil.case_event as event')
        .innerJoin('counterfoil.case_file as file', 'file.case_id', 'event.case_id')
        .innerJoin('counterfoil.log_leaf as leaf', 'leaf.leaf_id', 'event.leaf_id')
        .where('event.type', '=', 'policy_decided')
        .where('event.recorded_at', '>=', timeOf(sinceMs))
        .where('file.status', '=', 'closed')
        .select(['event.event', 'event.recorded_at', 'event.case_id', 'leaf.salt'])
        .orderBy('event.leaf_id')
        .execute(),
      database
        .selectFrom('counterfoil.action as action')
        .innerJoin('counterfoil.case_file as file', 'file.case_id', 'action.case_id')
        .innerJoin('counterfoil.action_scope as scope', 'scope.digest', 'action.digest')
        .leftJoin('counterfoil.autonomy_shadow as shadow', 'shadow.digest', 'action.digest')
        .where('file.updated_at', '>=', timeOf(sinceMs))
        .where('file.status', '=', 'closed')
        .select(['action.digest', 'action.status', 'shadow.shadow'])
        .select(['scope.release', 'scope.environment', 'scope.kind'])
        .execute(),
    ]),
  );
  const known = new Map(actions.map((row) => [row.digest as string, row]));
  return decided.flatMap(({ event, recorded_at, case_id, salt }) => {
    if (event.type !== 'policy_decided') return [];
    const row = known.get(event.digest);
    if (!row) return [];
    return [
      {
        ...scopeOf(row),
        digest: event.digest,
        caseId: case_id,
        decidedAt: recorded_at.toISOString(),
        answered: event.decision.type,
        status: row.status,
        sampleSalt: salt ?? '',
        shadow: row.shadow,
      },
    ];
  });
}

function scopeOf(row: {
  readonly release: string;
  readonly environment: string;
  readonly kind: string;
}) {
  return { release: row.release, environment: row.environment, kind: row.kind };
}

/** A time as the database takes it. */
export function timeOf(ms: number): Date {
  return new Date(Math.max(0, ms));
}
