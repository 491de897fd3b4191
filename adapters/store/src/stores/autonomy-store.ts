import {
  InputError,
  type AutonomyStore,
  type Digest,
  type JsonObject,
  type RecordedAutonomyAct,
} from '@counterfoil/core';
import { autonomyReads } from './autonomy-reads.ts';
import { behaviourCounts } from './behaviour-counts.ts';
import { breakerStore } from './breaker-store.ts';
import { asJson, type StoreContext } from './context.ts';
import { once, recordAlone } from './record-alone.ts';
import { releaseStore } from './release-store.ts';

/** Levels of autonomy: acts upon them, and the judgements that they are earned by. */
export function autonomyStore(context: StoreContext): AutonomyStore {
  return {
    ...autonomyReads(context),
    ...behaviourCounts(context),
    ...breakerStore(context),
    ...releaseStore(context),
    acts: () => readActs(context),
    async set(signed) {
      const { actId, ...facts } = textsIn(signed['statement'], [
        'actId',
        'release',
        'environment',
        'kind',
        'level',
      ]);
      const draft = { kind: 'autonomy_set', caseId: null, facts: { actId, ...facts } } as const;
      await recordAlone(context, { ...draft, payload: signed }, async (transaction, leaf) => {
        await transaction
          .insertInto('counterfoil.autonomy_setting')
          .values({ ...leaf, act_id: actId, setting: JSON.stringify(signed) })
          .execute();
      });
    },
    async fall(fall) {
      const payload = asJson(fall);
      const draft = { kind: 'autonomy_fell', caseId: null, facts: { ...fall }, payload } as const;
      await once(() =>
        recordAlone(context, draft, async (transaction, leaf) => {
          await transaction
            .insertInto('counterfoil.autonomy_fall')
            .values({ ...leaf, act_id: fall.actId, fall: JSON.stringify(payload) })
            .execute();
        }),
      );
    },
    mark: (digest, signed) => mark(context, digest, signed),
    async recordShadow(shadow, caseId) {
      const { digest, level, answered, shadowLevel, shadowAnswered } = shadow;
      const facts = { digest, level, answered, shadowLevel, shadowAnswered };
      const payload = asJson(shadow);
      const draft = { kind: 'autonomy_shadowed', caseId, facts, payload } as const;
      await once(() =>
        recordAlone(context, draft, async (transaction, leaf) => {
          await transaction
            .insertInto('counterfoil.autonomy_shadow')
            .values({ ...leaf, digest, shadow: JSON.stringify(payload) })
            .execute();
        }),
      );
    },
  };
}

/** The text fields of a statement; what is no text is empty, and the reader refuses it. */
function textsIn<Name extends string>(statement: unknown, names: readonly Name[]) {
  const fields = (statement ?? {}) as Readonly<Record<string, unknown>>;
  const texts = names.map((name) => [name, String(fields[name] ?? '')] as const);
  return Object.fromEntries(texts) as Record<Name, string>;
}

async function mark(context: StoreContext, digest: Digest, signed: JsonObject): Promise<void> {
  const decision = await context.connection.read((database) =>
    database
      .selectFrom('counterfoil.action as action')
      .innerJoin('counterfoil.case_event as event', 'event.case_id', 'action.case_id')
      .where('action.digest', '=', digest)
      .where('event.type', '=', 'policy_decided')
      .select(['event.event', 'event.leaf_id', 'event.case_id'])
      .orderBy('event.sequence')
      .execute(),
  );
  const decided = decision.find(({ event }) => 'digest' in event && event.digest === digest);
  if (!decided) {
    throw new InputError('DECISION_UNKNOWN', `nothing was decided about ${digest}`, {
      remedy: '`counterfoil decisions sample` lists what may be marked',
    });
  }
  const facts = { digest, mark: textsIn(signed['statement'], ['mark']).mark };
  const draft = {
    kind: 'decision_marked',
    caseId: decided.case_id,
    facts,
    payload: signed,
  } as const;
  await recordAlone(context, draft, async (transaction, leaf) => {
    await transaction
      .insertInto('counterfoil.decision_mark')
      .values({
        ...leaf,
        digest,
        decision_leaf_id: decided.leaf_id,
        mark: JSON.stringify(signed),
      })
      .execute();
  });
}

async function readActs({ connection }: StoreContext): Promise<readonly RecordedAutonomyAct[]> {
  const [settings, falls] = await connection.read((database) =>
    Promise.all([
      database
        .selectFrom('counterfoil.autonomy_setting')
        .select(['leaf_id', 'recorded_at', 'setting'])
        .execute(),
      database
        .selectFrom('counterfoil.autonomy_fall')
        .select(['leaf_id', 'recorded_at', 'fall'])
        .execute(),
    ]),
  );
  const acts = [
    ...settings.map((row) => ({
      place: Number(row.leaf_id),
      act: { type: 'set', signed: row.setting, atMs: row.recorded_at.getTime() } as const,
    })),
    ...falls.map((row) => ({
      place: Number(row.leaf_id),
      act: { type: 'fell', fall: row.fall, atMs: row.recorded_at.getTime() } as const,
    })),
  ];
  return acts.toSorted((a, b) => a.place - b.place).map(({ act }) => act);
}
