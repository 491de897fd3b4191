import type { KeyObject } from 'node:crypto';
import { killState } from '@counterfoil/core';
import type { KillLiftStatement, KillState, RecordedKill } from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';
import { firstUnmet, type Invalid } from '../review/invalid.ts';
import { checkSigned, signStatement } from '../review/signed-statement.ts';
import type { Signed, StatementKind } from '../review/signed-statement.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

/** The role that a person needs to lift a kill. */
export const KILL_LIFTER_ROLE = 'kill-lifter';

/** A signed act that lifts one kill. */
export type SignedKillLift = Signed<KillLiftStatement>;

/** Outcome of {@link checkKillLift}. */
export type KillLiftCheck = { readonly type: 'valid'; readonly personId: string } | Invalid;

const KILL_LIFT: StatementKind<KillLiftStatement> = {
  domain: 'counterfoil-kill-lift-v1',
  malformed: 'LIFT_MALFORMED',
  statement: shape.object({
    v: shape.oneOf(1),
    killId: shape.name,
    personId: shape.name,
    keyId: shape.name,
    liftedAt: shape.time,
    comment: shape.text,
  }),
};

/** Signs the lift of one kill with the Ed25519 private key of `statement.keyId`. */
export function signKillLift(statement: KillLiftStatement, privateKey: KeyObject): SignedKillLift {
  return signStatement(KILL_LIFT, statement, privateKey);
}

/** Checks a lift as `checkSigned` does, then that it is for this kill (`KILL_MISMATCH`) and by somebody who may (`ROLE_MISSING`). */
export function checkKillLift(
  lift: unknown,
  killId: string,
  registry: ApproverRegistry,
): KillLiftCheck {
  const check = checkSigned(KILL_LIFT, lift, registry);
  if (check.type === 'invalid') return check;
  const { personId, roles } = check.person;
  const problem = firstUnmet([
    [check.statement.killId === killId, 'KILL_MISMATCH', 'the lift is for another kill'],
    [roles.includes(KILL_LIFTER_ROLE), 'ROLE_MISSING', `${personId} lacks ${KILL_LIFTER_ROLE}`],
  ]);
  return problem ?? { type: 'valid', personId };
}

/** The state of the switch: a kill without a lift that holds stays engaged. */
export function readKillState(
  recordedKills: readonly RecordedKill[],
  registry: ApproverRegistry,
): KillState {
  const holds = ({ kill, lift }: RecordedKill): boolean =>
    checkKillLift(lift, kill.killId, registry).type === 'valid';
  const lifted = recordedKills.filter(holds).map(({ kill }) => kill.killId);
  return killState(
    recordedKills.map(({ kill }) => kill),
    new Set(lifted),
  );
}
