import type { KeyObject } from 'node:crypto';
import type { ReviewStatement, SignedReview, ValidReview } from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';
import type { ApproverRegistry } from '../trust/registry.ts';
import type { Invalid } from './invalid.ts';
import { checkSigned, messageOf, signStatement, type StatementKind } from './signed-statement.ts';

const REVIEW: StatementKind<ReviewStatement> = {
  domain: 'counterfoil-review-v1',
  malformed: 'REVIEW_MALFORMED',
  statement: shape.object({
    v: shape.oneOf(1),
    digest: shape.digest,
    verdict: shape.oneOf('approve', 'deny'),
    personId: shape.name,
    keyId: shape.name,
    reviewedAt: shape.time,
    comment: shape.text,
  }),
};

/** Outcome of {@link checkReview}. */
export type ReviewCheck =
  | { readonly type: 'valid'; readonly review: ValidReview; readonly statement: ReviewStatement }
  | Invalid;

/** The bytes that a reviewer signs; a passkey signs their hash as its challenge. Throws on text outside NFC. */
export function reviewMessage(statement: ReviewStatement): Buffer {
  return messageOf(REVIEW, statement);
}

/** Signs a review with the Ed25519 private key of `statement.keyId`. */
export function signReview(statement: ReviewStatement, privateKey: KeyObject): SignedReview {
  return signStatement(REVIEW, statement, privateKey);
}

/** Checks a submitted review as `checkSigned` does. Roles come from the registry, never from the review. */
export function checkReview(
  review: unknown,
  recordedAtMs: number,
  registry: ApproverRegistry,
): ReviewCheck {
  const check = checkSigned(REVIEW, review, registry);
  if (check.type === 'invalid') return check;
  const { statement, person, key } = check;
  const { personId, roles } = person;
  const { verdict, comment } = statement;
  const isSilent = verdict === 'deny' && comment.trim() === '';
  if (isSilent) return { type: 'invalid', code: 'COMMENT_REQUIRED', note: 'a denial says why' };
  const assurance = key.type === 'passkey' ? 'passkey' : 'key';
  const valid = { personId, verdict, roles, assurance, comment, recordedAtMs } as const;
  return { type: 'valid', statement, review: valid };
}
