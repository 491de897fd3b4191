import type { KeyObject } from 'node:crypto';
import type { ExcludedAuthor, PolicyChangeStatement, RecordedPolicyAct } from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';
import { firstUnmet, type Invalid } from '../review/invalid.ts';
import { checkSigned, signStatement } from '../review/signed-statement.ts';
import type { Signed, StatementKind } from '../review/signed-statement.ts';
import type { ApproverRegistry } from '../trust/registry.ts';
import type { Trust } from '../trust/trust.ts';

/** The role that a person needs to approve a change of the policies. */
export const POLICY_APPROVER_ROLE = 'policy-approver';
/** Distinct people, the author not among them, whose approval a change needs. */
export const POLICY_APPROVALS_MIN = 2;
/** So long after their policies took effect authors approve no action. */
const AUTHOR_EXCLUDED_MS = 24 * 3_600_000;
/** So long may what was decided before a change still be under way: the longest life of a grant. */
const SUPERSEDED_MS = 15 * 60_000;

const POLICY_CHANGE: StatementKind<PolicyChangeStatement> = {
  domain: 'counterfoil-policy-change-v1',
  malformed: 'POLICY_CHANGE_MALFORMED',
  statement: shape.object({
    v: shape.oneOf(1),
    act: shape.oneOf('propose', 'approve'),
    changeId: shape.name,
    bundleSha256: shape.hash,
    replacesSha256: shape.hash,
    expiresAt: shape.time,
    personId: shape.name,
    keyId: shape.name,
    signedAt: shape.time,
    comment: shape.text,
  }),
};

/** A signed act of changing the policies. */
export type SignedPolicyChange = Signed<PolicyChangeStatement>;

/** A change as proposed, and how far it has come. */
export interface PolicyChange extends PolicyChangeStatement {
  /** People whose approval holds. */
  readonly approvedBy: readonly string[];
  readonly activatedAtMs: number | null;
}

/** Which policies were in effect when, and by whose signatures; made by {@link startPolicies} and {@link takePolicyAct} only. */
export interface PolicyHistory {
  readonly activeSha256: string;
  readonly changes: readonly PolicyChange[];
  readonly authors: readonly ExcludedAuthor[];
  readonly superseded: readonly { readonly sha256: string; readonly untilMs: number }[];
}

/** Signs an act with the Ed25519 private key of `statement.keyId`. */
export function signPolicyChange(
  statement: PolicyChangeStatement,
  privateKey: KeyObject,
): SignedPolicyChange {
  return signStatement(POLICY_CHANGE, statement, privateKey);
}

/** The beginning: the bundle that the trust file pins. */
export function startPolicies({ policyBundleSha256 }: Pick<Trust, 'policyBundleSha256'>) {
  const none = { changes: [], authors: [], superseded: [] };
  return { activeSha256: policyBundleSha256, ...none } satisfies PolicyHistory;
}

/**
 * Takes the next act. Codes of what does not hold, in order: those of `checkSigned`, then `CHANGE_REPEATED`, `CHANGE_UNKNOWN`,
 * `CHANGE_MISMATCH`, `CHANGE_EXPIRED`, `SELF_APPROVAL`, `ROLE_MISSING`, `APPROVALS_MISSING`, `CHANGE_STALE`. It changes nothing then.
 */
export function takePolicyAct(
  history: PolicyHistory,
  act: RecordedPolicyAct,
  registry: ApproverRegistry,
): PolicyHistory | Invalid {
  if (act.type === 'activated') return activate(history, act);
  const check = checkSigned(POLICY_CHANGE, act.signed, registry);
  if (check.type === 'invalid') return check;
  const { statement, person } = check;
  const { changeId, personId, expiresAt } = statement;
  const known = history.changes.find((change) => change.changeId === changeId);
  const compared = ['bundleSha256', 'replacesSha256', 'expiresAt'] as const;
  const isSame = compared.every((name) => known?.[name] === statement[name]);
  const proposes = act.type === 'proposed';
  const mayApprove = proposes || person.roles.includes(POLICY_APPROVER_ROLE);
  const problem = firstUnmet([
    [!proposes || !known, 'CHANGE_REPEATED', `${changeId} was proposed before`],
    [proposes || known !== undefined, 'CHANGE_UNKNOWN', `nobody proposed ${changeId}`],
    [(statement.act === 'propose') === proposes, 'CHANGE_MISMATCH', 'signed for another act'],
    [proposes || isSame, 'CHANGE_MISMATCH', 'not what was proposed'],
    [act.atMs < Date.parse(expiresAt), 'CHANGE_EXPIRED', `ended at ${expiresAt}`],
    [proposes || known?.personId !== personId, 'SELF_APPROVAL', `${personId} is the author`],
    [mayApprove, 'ROLE_MISSING', `${personId} lacks ${POLICY_APPROVER_ROLE}`],
  ]);
  if (problem) return problem;
  if (!known) {
    const change = { ...statement, approvedBy: [], activatedAtMs: null };
    return { ...history, changes: [...history.changes, change] };
  }
  const approvedBy = [...new Set([...known.approvedBy, personId])];
  return replaced(history, { ...known, approvedBy });
}

function activate(
  history: PolicyHistory,
  { changeId, atMs }: Extract<RecordedPolicyAct, { readonly type: 'activated' }>,
): PolicyHistory | Invalid {
  const { activeSha256, authors, superseded } = history;
  const change = history.changes.find((one) => one.changeId === changeId);
  if (!change)
    return { type: 'invalid', code: 'CHANGE_UNKNOWN', note: `nobody proposed ${changeId}` };
  const { bundleSha256, replacesSha256, personId, approvedBy } = change;
  const isEnough = approvedBy.length >= POLICY_APPROVALS_MIN;
  const isFresh = change.activatedAtMs === null && replacesSha256 === activeSha256;
  const problem = firstUnmet([
    [atMs < Date.parse(change.expiresAt), 'CHANGE_EXPIRED', `ended at ${change.expiresAt}`],
    [isEnough, 'APPROVALS_MISSING', `${approvedBy.length} of ${POLICY_APPROVALS_MIN} approvals`],
    [isFresh, 'CHANGE_STALE', `it takes the place of ${replacesSha256}, which is not in effect`],
  ]);
  if (problem) return problem;
  return {
    ...replaced(history, { ...change, activatedAtMs: atMs }),
    activeSha256: bundleSha256,
    authors: [...authors, { personId, untilMs: atMs + AUTHOR_EXCLUDED_MS }],
    superseded: [...superseded, { sha256: replacesSha256, untilMs: atMs + SUPERSEDED_MS }],
  };
}

/** Whether policies were in effect at a time, or were until so shortly before that what they decided could be under way. */
export function wasActive(history: PolicyHistory, sha256: string, atMs: number): boolean {
  const { activeSha256, superseded } = history;
  return (
    sha256 === activeSha256 ||
    superseded.some((before) => before.sha256 === sha256 && atMs < before.untilMs)
  );
}

function replaced(history: PolicyHistory, change: PolicyChange): PolicyHistory {
  const changes = history.changes.map((one) => (one.changeId === change.changeId ? change : one));
  return { ...history, changes };
}
