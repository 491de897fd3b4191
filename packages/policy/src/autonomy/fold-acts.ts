import {
  AUTONOMY_LEVELS,
  standingOf,
  type AutonomyAct,
  type AutonomyLevel,
  type AutonomyStanding,
  type AutonomyStatement,
  type RecordedAutonomyAct,
} from '@counterfoil/core';
import type { ApproverRegistry, Invalid } from '@counterfoil/guard';
import { AUTONOMY_APPROVER_ROLE, checkAutonomy } from './statements.ts';

/** A signature is recorded at once: one that turns up later was kept back, or signed ahead. */
const SIGNED_WITHIN_MS = 3_600_000;

/** Acts upon levels that hold, in order, and those that do not. */
export interface FoldedActs {
  readonly acts: readonly AutonomyAct[];
  readonly ignored: readonly Invalid[];
}

/**
 * Takes every act upon levels in turn. A signed one holds where its signature does, it follows the newest act of its scope
 * (`ACT_STALE`), its id is new (`ACT_REPEATED`), it was recorded within an hour of signing (`SIGNED_EARLIER`) and, where it
 * raises the level, the signer has the role (`ROLE_MISSING`): lowering is always safe. A fall only ever lowers.
 */
export function foldAutonomyActs(
  recorded: readonly RecordedAutonomyAct[],
  { registry, initial }: { readonly registry: ApproverRegistry; readonly initial: AutonomyLevel },
): FoldedActs {
  const acts: AutonomyAct[] = [];
  const ignored: Invalid[] = [];
  for (const one of recorded) {
    const act =
      one.type === 'set'
        ? takeSetting(acts, one, { registry, initial })
        : takeFall(acts, one, initial);
    if (act.type === 'invalid') ignored.push(act);
    else acts.push(act);
  }
  return { acts, ignored };
}

function takeSetting(
  acts: readonly AutonomyAct[],
  { signed, atMs }: Extract<RecordedAutonomyAct, { readonly type: 'set' }>,
  { registry, initial }: { readonly registry: ApproverRegistry; readonly initial: AutonomyLevel },
): AutonomyAct | Invalid {
  const check = checkAutonomy(signed, registry);
  if (check.type === 'invalid') return check;
  const { statement, person } = check;
  const problem = flawOf(statement, standingOf(acts, statement, initial), {
    atMs,
    isApprover: person.roles.includes(AUTONOMY_APPROVER_ROLE),
    isKnown: acts.some(({ actId }) => actId === statement.actId),
  });
  if (problem) return { type: 'invalid', code: problem[0], note: problem[1] };
  const { release, environment, kind, actId, level } = statement;
  return { type: 'set', release, environment, kind, actId, level, atMs };
}

function flawOf(
  { actId, followsActId, level, signedAt, personId }: AutonomyStatement,
  standing: AutonomyStanding,
  given: { readonly atMs: number; readonly isApprover: boolean; readonly isKnown: boolean },
): readonly [string, string] | null {
  if (given.isKnown) return ['ACT_REPEATED', `${actId} was taken before`];
  if (followsActId !== standing.actId) {
    return ['ACT_STALE', `it follows ${followsActId ?? 'no act'}, not ${standing.actId ?? 'none'}`];
  }
  if (Math.abs(given.atMs - Date.parse(signedAt)) > SIGNED_WITHIN_MS) {
    return ['SIGNED_EARLIER', `signed at ${signedAt}, recorded more than an hour away from it`];
  }
  const raises = AUTONOMY_LEVELS[level] > AUTONOMY_LEVELS[standing.level];
  if (raises && !given.isApprover) {
    return ['ROLE_MISSING', `${personId} lacks ${AUTONOMY_APPROVER_ROLE}`];
  }
  return null;
}

function takeFall(
  acts: readonly AutonomyAct[],
  { fall, atMs }: Extract<RecordedAutonomyAct, { readonly type: 'fell' }>,
  initial: AutonomyLevel,
): AutonomyAct | Invalid {
  const { release, environment, kind, actId, level } = fall;
  const { level: before } = standingOf(acts, fall, initial);
  if (!(AUTONOMY_LEVELS[level] < AUTONOMY_LEVELS[before])) {
    return { type: 'invalid', code: 'FALL_MISMATCH', note: `${level} is not below ${before}` };
  }
  return { type: 'fell', release, environment, kind, actId, level, atMs };
}
