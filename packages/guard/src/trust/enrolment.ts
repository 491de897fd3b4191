import type { KeyObject } from 'node:crypto';
import type { ApproverKey } from '@counterfoil/core';
import { decodePublicKey } from '../canonical/encoding.ts';
import * as shape from '../canonical/shape.ts';
import { firstUnmet, unreadable, type Invalid } from '../review/invalid.ts';
import { checkEd25519, messageOf, signStatement } from '../review/signed-statement.ts';
import type { StatementKind } from '../review/signed-statement.ts';
import { approverKeyShape, type Person, type Trust } from './trust.ts';

const statementShape = shape.object({
  v: shape.oneOf(1),
  enrolmentKeyId: shape.name,
  personId: shape.name,
  key: approverKeyShape,
  enrolledAt: shape.time,
  nonce: shape.name,
});
const signedShape = shape.object({ statement: statementShape, signature: shape.base64url });

/** What an enrolment key signs: this key is from now on a key of this person. */
export type EnrolmentStatement = ReturnType<typeof statementShape>;

/** A statement with the Ed25519 signature of the enrolment key, base64url. */
export type SignedEnrolment = ReturnType<typeof signedShape>;

const ENROLMENT: StatementKind<EnrolmentStatement> = {
  domain: 'counterfoil-enrolment-v1',
  malformed: 'ENROLMENT_MALFORMED',
  statement: statementShape,
};

/** Outcome of {@link checkEnrolment}; person and roles are those of the trust file. */
export type EnrolmentCheck =
  { readonly type: 'valid'; readonly key: ApproverKey; readonly by: Person } | Invalid;

/** The bytes that an enrolment key signs: `counterfoil-enrolment-v1`, a line feed, the canonical statement. */
export function enrolmentMessage(statement: EnrolmentStatement): Buffer {
  return messageOf(ENROLMENT, statement);
}

/** Signs an enrolment with the private enrolment key. */
export function signEnrolment(
  statement: EnrolmentStatement,
  privateKey: KeyObject,
): SignedEnrolment {
  const { signature } = signStatement(ENROLMENT, statement, privateKey);
  return { statement, signature };
}

/**
 * Checks an enrolment against the trust file alone. `atMs` is when it was recorded, where that is known: the enrolment key
 * must not have expired by then, nor by the time that the statement claims. Codes, in order: `ENROLMENT_KEY_UNKNOWN`,
 * `PERSON_MISMATCH`, `ENROLMENT_EXPIRED`, `KEY_UNSUITABLE`, `SIGNATURE_INVALID`; `ENROLMENT_MALFORMED` for what can not be read.
 */
export function checkEnrolment(enrolment: unknown, trust: Trust, atMs?: number): EnrolmentCheck {
  try {
    const { statement, signature } = signedShape(enrolment, 'enrolment');
    const { key, personId, enrolmentKeyId, enrolledAt } = statement;
    const by = trust.enrolmentKeys.find(({ keyId }) => keyId === enrolmentKeyId);
    const nowMs = Math.max(Date.parse(enrolledAt), atMs ?? 0);
    const type = decodePublicKey(key.publicKeySpki).asymmetricKeyType;
    const problem = firstUnmet([
      [by !== undefined, 'ENROLMENT_KEY_UNKNOWN', 'the link is not of this trust file'],
      [by?.personId === personId, 'PERSON_MISMATCH', `the link is not for ${personId}`],
      [nowMs < Date.parse(by?.expiresAt ?? ''), 'ENROLMENT_EXPIRED', `ended at ${by?.expiresAt}`],
      [key.type === 'passkey' || type === 'ed25519', 'KEY_UNSUITABLE', 'not an Ed25519 key'],
    ]);
    if (problem || !by) return problem ?? unreadable(ENROLMENT.malformed, null);
    const { displayName, roles } = by;
    const flaw = checkEd25519(enrolmentMessage(statement), signature, by);
    return flaw ?? { type: 'valid', key, by: { personId, displayName, roles } };
  } catch (error) {
    return unreadable(ENROLMENT.malformed, error);
  }
}
