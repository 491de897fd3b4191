import type { KeyObject } from 'node:crypto';
import type { ReviewStatement, SignedReview, ValidReview } from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';
import type { ApproverRegistry } from '../trust/registry.ts';
import { invalid, type Invalid } from './invalid.ts';
import { checkSignature, signedMessage, signedShape, signEd25519 } from './signed-statement.ts';

const DOMAIN = 'counterfoil-review-v1';

const statementShape: shape.Check<ReviewStatement> = shape.object({
  v: shape.oneOf(1),
  digest: shape.digest,
  verdict: shape.oneOf('approve', 'deny'),
  personId: shape.name,
  keyId: shape.name,
  reviewedAt: shape.time,
  comment: shape.text,
});

const reviewShape: shape.Check<SignedReview> = signedShape(statementShape);

/** Outcome of {@link checkReview}. */
export type ReviewCheck =
  | { readonly type: 'valid'; readonly review: ValidReview; readonly statement: ReviewStatement }
  | Invalid;

/** The bytes that a reviewer signs; a passkey signs their hash as its challenge. Throws on text outside NFC. */
export function reviewMessage(statement: ReviewStatement): Buffer {
  return signedMessage(DOMAIN, statementShape(statement, 'statement'));
}

/** Signs a review with the Ed25519 private key of `statement.keyId`. */
export function signReview(statement: ReviewStatement, privateKey: KeyObject): SignedReview {
  const signature = signEd25519(reviewMessage(statement), privateKey);
  return { statement, type: 'ed25519', signature };
}

/**
 * Checks a submitted review: its shape, that the key is registered and belongs to the person it names, and the
 * signature. Roles come from the registry, never from the review. Codes, in order: `REVIEW_MALFORMED`, `KEY_UNKNOWN`,
 * `PERSON_MISMATCH`, then those of the signature.
 */
export function checkReview(
  review: unknown,
  recordedAtMs: number,
  registry: ApproverRegistry,
): ReviewCheck {
  let signed: SignedReview;
  let message: Buffer;
  try {
    signed = reviewShape(review, 'review');
    message = reviewMessage(signed.statement);
  } catch (error) {
    return invalid('REVIEW_MALFORMED', error instanceof Error ? error.message : 'unreadable');
  }
  const { statement } = signed;
  const entry = registry.keys.get(statement.keyId);
  if (!entry) return invalid('KEY_UNKNOWN', `no approver has the key ${statement.keyId}`);
  const { person, key } = entry;
  if (person.personId !== statement.personId) {
    return invalid('PERSON_MISMATCH', `key ${key.keyId} is not a key of ${statement.personId}`);
  }
  const problem = checkSignature(message, signed, key);
  if (problem) return problem;
  const { personId, roles } = person;
  const assurance = key.type === 'passkey' ? 'passkey' : 'key';
  const { verdict, comment } = statement;
  return {
    type: 'valid',
    statement,
    review: { personId, verdict, roles, assurance, comment, recordedAtMs },
  };
}
