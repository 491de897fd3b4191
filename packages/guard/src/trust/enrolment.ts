import type { KeyObject } from 'node:crypto';
import type { ApproverKey } from '@counterfoil/core';
import { decodeBase64url } from '../canonical/encoding.ts';
import * as shape from '../canonical/shape.ts';
import { invalid, type Invalid } from '../review/invalid.ts';
import {
  publicKeyOf,
  signedMessage,
  signEd25519,
  verifyEd25519,
} from '../review/signed-statement.ts';
import { approverKeyShape, type EnrolmentKey, type Trust } from './trust.ts';

const DOMAIN = 'counterfoil-enrolment-v1';

/** What an enrolment key signs: this key is from now on a key of this person. */
export interface EnrolmentStatement {
  readonly v: 1;
  readonly enrolmentKeyId: string;
  readonly personId: string;
  readonly key: ApproverKey;
  readonly enrolledAt: string;
  readonly nonce: string;
}

/** A statement with the Ed25519 signature of the enrolment key, base64url. */
export interface SignedEnrolment {
  readonly statement: EnrolmentStatement;
  readonly signature: string;
}

const statementShape: shape.Check<EnrolmentStatement> = shape.object({
  v: shape.oneOf(1),
  enrolmentKeyId: shape.name,
  personId: shape.name,
  key: approverKeyShape,
  enrolledAt: shape.time,
  nonce: shape.name,
});

const enrolmentShape: shape.Check<SignedEnrolment> = shape.object({
  statement: statementShape,
  signature: shape.base64url,
});

/** Outcome of {@link checkEnrolment}; person and roles are those of the trust file. */
export type EnrolmentCheck =
  { readonly type: 'valid'; readonly key: ApproverKey; readonly by: EnrolmentKey } | Invalid;

/** The bytes that an enrolment key signs: `counterfoil-enrolment-v1`, a line feed, the canonical statement. */
export function enrolmentMessage(statement: EnrolmentStatement): Buffer {
  return signedMessage(DOMAIN, statementShape(statement, 'statement'));
}

/** Signs an enrolment with the private enrolment key. */
export function signEnrolment(
  statement: EnrolmentStatement,
  privateKey: KeyObject,
): SignedEnrolment {
  return { statement, signature: signEd25519(enrolmentMessage(statement), privateKey) };
}

/**
 * Checks an enrolment against the trust file alone. `atMs` is when it was recorded, where that is known: the enrolment key
 * must not have expired by then, nor by the time that the statement claims. Codes, in order: `ENROLMENT_MALFORMED`,
 * `ENROLMENT_KEY_UNKNOWN`, `PERSON_MISMATCH`, `ENROLMENT_EXPIRED`, `KEY_UNSUITABLE`, `SIGNATURE_INVALID`.
 */
export function checkEnrolment(enrolment: unknown, trust: Trust, atMs?: number): EnrolmentCheck {
  let signed: SignedEnrolment;
  let message: Buffer;
  try {
    signed = enrolmentShape(enrolment, 'enrolment');
    message = enrolmentMessage(signed.statement);
  } catch (error) {
    return invalid('ENROLMENT_MALFORMED', error instanceof Error ? error.message : 'unreadable');
  }
  const { statement } = signed;
  const by = trust.enrolmentKeys.find((key) => key.keyId === statement.enrolmentKeyId);
  if (!by) return invalid('ENROLMENT_KEY_UNKNOWN', 'the enrolment link is not of this trust file');
  if (by.personId !== statement.personId) {
    return invalid('PERSON_MISMATCH', `the link is not for ${statement.personId}`);
  }
  const claimedMs = Date.parse(statement.enrolledAt);
  if (Math.max(claimedMs, atMs ?? claimedMs) >= Date.parse(by.expiresAt)) {
    return invalid('ENROLMENT_EXPIRED', `the enrolment link expired at ${by.expiresAt}`);
  }
  if (!isReadable(statement.key)) {
    return invalid('KEY_UNSUITABLE', 'the enrolled public key is unreadable or of another type');
  }
  if (!verifyEd25519(message, decodeBase64url(signed.signature), publicKeyOf(by))) {
    return invalid('SIGNATURE_INVALID', `the signature is not by enrolment key ${by.keyId}`);
  }
  return { type: 'valid', key: statement.key, by };
}

function isReadable(key: ApproverKey): boolean {
  try {
    const { asymmetricKeyType } = publicKeyOf(key);
    return key.type === 'passkey' || asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
