import type { KeyObject } from 'node:crypto';
import {
  AUTONOMY_LEVELS,
  InputError,
  readFields,
  readPattern,
  type AutonomyLevel,
  type AutonomyStatement,
  type BreakerCloseStatement,
  type DecisionMark,
  type DecisionMarkStatement,
  type Digest,
} from '@counterfoil/core';
import {
  checkSigned,
  signStatement,
  type ApproverRegistry,
  type Invalid,
  type Signed,
  type SignedCheck,
  type StatementKind,
} from '@counterfoil/guard';

/** The role that a person needs to raise a level or to close a breaker. */
export const AUTONOMY_APPROVER_ROLE = 'autonomy-approver';
/** The role that a person needs to judge sampled decisions. */
export const DECISION_REVIEWER_ROLE = 'decision-reviewer';

const NAME = { pattern: /^.{1,200}$/u, remedy: 'give 1 to 200 characters' };
const TIME = {
  pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/,
  remedy: 'give a UTC time such as 2026-01-31T12:00:00.000Z',
};
const DIGEST = { pattern: /^sha256:[0-9a-f]{64}$/, remedy: 'give sha256: and 64 hex digits' };
const MARKS: readonly DecisionMark[] = ['right', 'wrong', 'undone'];
const SIGNER_FIELDS = ['v', 'personId', 'keyId', 'signedAt', 'comment'] as const;

const SETTING: StatementKind<AutonomyStatement> = {
  domain: 'counterfoil-autonomy-v1',
  malformed: 'AUTONOMY_MALFORMED',
  statement(value) {
    const scope = ['release', 'environment', 'kind'] as const;
    const names = [...SIGNER_FIELDS, ...scope, 'actId', 'level', 'followsActId'] as const;
    const fields = readFields(value, names);
    const { followsActId } = fields;
    return {
      ...signerIn(fields),
      actId: readPattern('actId', fields.actId, NAME),
      release: readPattern('release', fields.release, NAME),
      environment: readPattern('environment', fields.environment, NAME),
      kind: readPattern('kind', fields.kind, NAME),
      level: readOne('level', fields.level, Object.keys(AUTONOMY_LEVELS) as AutonomyLevel[]),
      followsActId: followsActId === null ? null : readPattern('followsActId', followsActId, NAME),
    };
  },
};

const MARK: StatementKind<DecisionMarkStatement> = {
  domain: 'counterfoil-decision-mark-v1',
  malformed: 'MARK_MALFORMED',
  statement(value) {
    const fields = readFields(value, [...SIGNER_FIELDS, 'digest', 'mark']);
    return {
      ...signerIn(fields),
      digest: readPattern('digest', fields.digest, DIGEST) as Digest,
      mark: readOne('mark', fields.mark, MARKS),
    };
  },
};

const CLOSING: StatementKind<BreakerCloseStatement> = {
  domain: 'counterfoil-breaker-v1',
  malformed: 'CLOSING_MALFORMED',
  statement(value) {
    const fields = readFields(value, [...SIGNER_FIELDS, 'openingId']);
    return {
      ...signerIn(fields),
      openingId: readPattern('openingId', fields.openingId, NAME),
    };
  },
};

/** Signs a level with the Ed25519 private key of `statement.keyId`. */
export function signAutonomy(
  statement: AutonomyStatement,
  privateKey: KeyObject,
): Signed<AutonomyStatement> {
  return signStatement(SETTING, statement, privateKey);
}

/** Signs a mark of a decision. */
export function signMark(
  statement: DecisionMarkStatement,
  privateKey: KeyObject,
): Signed<DecisionMarkStatement> {
  return signStatement(MARK, statement, privateKey);
}

/** Signs the closing of a breaker. */
export function signClosing(
  statement: BreakerCloseStatement,
  privateKey: KeyObject,
): Signed<BreakerCloseStatement> {
  return signStatement(CLOSING, statement, privateKey);
}

/** Checks shape, key and signature of a level; who may raise one is for {@link foldAutonomyActs}. */
export function checkAutonomy(
  signed: unknown,
  registry: ApproverRegistry,
): SignedCheck<AutonomyStatement> {
  return checkSigned(SETTING, signed, registry);
}

/**
 * Checks a mark: signature, `MARK_MISMATCH` where it is of another decision, `ROLE_MISSING`, and `OWN_CASE` where the person
 * judges what was done on their behalf.
 */
export function checkMark(
  signed: unknown,
  subject: { readonly digest: Digest; readonly onBehalfOf: string },
  registry: ApproverRegistry,
): SignedCheck<DecisionMarkStatement> {
  const check = checkSigned(MARK, signed, registry);
  if (check.type === 'invalid') return check;
  const { personId, digest } = check.statement;
  if (digest !== subject.digest) return invalid('MARK_MISMATCH', 'signed for another decision');
  if (!check.person.roles.includes(DECISION_REVIEWER_ROLE)) {
    return invalid('ROLE_MISSING', `${personId} lacks ${DECISION_REVIEWER_ROLE}`);
  }
  if (personId === subject.onBehalfOf) {
    return invalid('OWN_CASE', `the case ran on behalf of ${personId}`);
  }
  return check;
}

/** Checks the closing of one opening: signature, `CLOSING_MISMATCH`, `ROLE_MISSING`. */
export function checkClosing(
  signed: unknown,
  openingId: string,
  registry: ApproverRegistry,
): SignedCheck<BreakerCloseStatement> {
  const check = checkSigned(CLOSING, signed, registry);
  if (check.type === 'invalid') return check;
  const { personId } = check.statement;
  if (check.statement.openingId !== openingId) {
    return invalid('CLOSING_MISMATCH', 'signed for another opening');
  }
  if (!check.person.roles.includes(AUTONOMY_APPROVER_ROLE)) {
    return invalid('ROLE_MISSING', `${personId} lacks ${AUTONOMY_APPROVER_ROLE}`);
  }
  return check;
}

function invalid(code: string, note: string): Invalid {
  return { type: 'invalid', code, note };
}

function signerIn(fields: Readonly<Record<(typeof SIGNER_FIELDS)[number], unknown>>) {
  if (fields.v !== 1) throw malformed('v', 'must be 1');
  if (typeof fields.comment !== 'string') throw malformed('comment', 'must be text');
  return {
    v: 1,
    personId: readPattern('personId', fields.personId, NAME),
    keyId: readPattern('keyId', fields.keyId, NAME),
    signedAt: readPattern('signedAt', fields.signedAt, TIME),
    comment: fields.comment,
  } as const;
}

function readOne<Name extends string>(field: string, value: unknown, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw malformed(field, `must be ${names.join(' or ')}`);
  return found;
}

function malformed(field: string, problem: string): InputError {
  return new InputError('FIELD_MALFORMED', `${field} ${problem}`, {
    remedy: 'send exactly the documented fields',
  });
}
