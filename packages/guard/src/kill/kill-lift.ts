import type { KeyObject } from 'node:crypto';
import {
  killState,
  type KillLiftStatement,
  type KillState,
  type RecordedKill,
} from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';
import { invalid, type Invalid, type SignatureForm } from '../review/invalid.ts';
import {
  checkSignature,
  signedMessage,
  signedShape,
  signEd25519,
} from '../review/signed-statement.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

const DOMAIN = 'counterfoil-kill-lift-v1';

/** The role that a person needs to lift a kill. */
export const KILL_LIFTER_ROLE = 'kill-lifter';

/** A signed act that lifts one kill. */
export type SignedKillLift = { readonly statement: KillLiftStatement } & SignatureForm;

/** Outcome of {@link checkKillLift}. */
export type KillLiftCheck = { readonly type: 'valid'; readonly personId: string } | Invalid;

const statementShape: shape.Check<KillLiftStatement> = shape.object({
  v: shape.oneOf(1),
  killId: shape.name,
  personId: shape.name,
  keyId: shape.name,
  liftedAt: shape.time,
  comment: shape.text,
});

const liftShape: shape.Check<SignedKillLift> = signedShape(statementShape);

/** The bytes that lift a kill; a passkey signs their hash as its challenge. Throws on text outside NFC. */
export function killLiftMessage(statement: KillLiftStatement): Buffer {
  return signedMessage(DOMAIN, statementShape(statement, 'statement'));
}

/** Signs the lift of one kill with the Ed25519 private key of `statement.keyId`. */
export function signKillLift(statement: KillLiftStatement, privateKey: KeyObject): SignedKillLift {
  const signature = signEd25519(killLiftMessage(statement), privateKey);
  return { statement, type: 'ed25519', signature };
}

/**
 * Checks a lift: for this kill, by a registered key of the person it names, who has the role `kill-lifter`. Codes, in
 * order: `LIFT_MALFORMED`, `KILL_MISMATCH`, `KEY_UNKNOWN`, `PERSON_MISMATCH`, `ROLE_MISSING`, then those of the signature.
 */
export function checkKillLift(
  lift: unknown,
  killId: string,
  registry: ApproverRegistry,
): KillLiftCheck {
  let signed: SignedKillLift;
  let message: Buffer;
  try {
    signed = liftShape(lift, 'lift');
    message = killLiftMessage(signed.statement);
  } catch (error) {
    return invalid('LIFT_MALFORMED', error instanceof Error ? error.message : 'unreadable');
  }
  const { statement } = signed;
  if (statement.killId !== killId) return invalid('KILL_MISMATCH', 'the lift is for another kill');
  const entry = registry.keys.get(statement.keyId);
  if (!entry) return invalid('KEY_UNKNOWN', `nobody has the key ${statement.keyId}`);
  const { person, key } = entry;
  if (person.personId !== statement.personId) {
    return invalid('PERSON_MISMATCH', `key ${key.keyId} is not a key of ${statement.personId}`);
  }
  if (!person.roles.includes(KILL_LIFTER_ROLE)) {
    return invalid('ROLE_MISSING', `${person.personId} lacks the role ${KILL_LIFTER_ROLE}`);
  }
  const problem = checkSignature(message, signed, key);
  return problem ?? { type: 'valid', personId: person.personId };
}

/** The state of the switch: a kill without a lift that holds stays engaged. */
export function readKillState(
  recordedKills: readonly RecordedKill[],
  registry: ApproverRegistry,
): KillState {
  const lifted = recordedKills
    .filter(({ kill, lift }) => checkKillLift(lift, kill.killId, registry).type === 'valid')
    .map(({ kill }) => kill.killId);
  return killState(
    recordedKills.map(({ kill }) => kill),
    new Set(lifted),
  );
}
