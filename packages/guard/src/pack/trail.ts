import type { Action, ApprovalRequest, Digest, Grant, PolicyDecision } from '@counterfoil/core';
import { authorise, GRANT_TTL_MAX_MS, type AuthoriseInput } from '../authorise/authorise.ts';
import { reviewsIn, type ProvenLeaf } from '../authorise/logged-review.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';

/** What the log has said of one action so far. */
export class Trail {
  readonly digest: Digest;
  readonly caseId: string;
  action: Action | null = null;
  readonly decisions: PolicyDecision[] = [];
  request: ApprovalRequest | null = null;
  readonly reviewLeaves: ProvenLeaf[] = [];
  /** The first resolution; a later one changes nothing. */
  resolution: 'approved' | 'denied' | 'expired' | null = null;
  /** Kinds of entries whose payload is erased. */
  readonly erased = new Set<string>();
  intendedAtIndex: number | null = null;
  performedAtIndex: number | null = null;
  isUnresolved = false;

  constructor(digest: Digest, caseId: string) {
    this.digest = digest;
    this.caseId = caseId;
  }

  /** A denial decides, else the newest decision. */
  get decision(): PolicyDecision | undefined {
    return this.decisions.find(({ type }) => type === 'deny') ?? this.decisions.at(-1);
  }
}

/** What stood when an action was intended; `grant` is null where its payload is erased. */
export type Standing = Pick<
  AuthoriseInput,
  'tenant' | 'registry' | 'authors' | 'killState' | 'nowMs'
> & {
  readonly grant: Grant | null;
  /** Whether an intent is gone on with after a crash. */
  readonly isResumed: boolean;
  /** Whether these policies were in effect. */
  readonly isActive: (policyBundleSha256: string) => boolean;
  /** Kinds of erased entries that say who may sign, or that a kill was lifted. */
  readonly erased: ReadonlySet<string>;
};

/** Whether an intent was authorised by what stands before it in the log. */
export type Judgement =
  | { readonly type: 'authorised'; readonly by: readonly string[] }
  | { readonly type: 'unprovable'; readonly code: 'UNPROVABLE'; readonly note: string }
  | { readonly type: 'unauthorised'; readonly code: string; readonly note: string };

/** Which erased entries could explain what is missing. */
const EXPLAINED_BY: Readonly<Record<string, readonly string[]>> = {
  KILLED: ['kill_lifted'],
  PROPOSAL_MISSING: ['proposal_made'],
  DECISION_MISSING: ['policy_decided'],
  GRANT_MISSING: ['effect_intended', 'effect_resumed'],
  REQUEST_MISSING: ['approval_requested'],
  APPROVAL_EXPIRED: ['review_submitted', 'approver_enrolled'],
  NOT_APPROVED: ['review_submitted', 'approver_enrolled'],
  NOT_RESOLVED: ['approval_resolved'],
  POLICY_NOT_ACTIVE: ['policy_proposed', 'policy_approved'],
};

/** Asks `authorise` again with what the log says. A gap proves nothing, however good the rest looks: it might have been a denial. */
export function judgeIntent(trail: Trail, standing: Standing): Judgement {
  const judgement = judge(trail, standing);
  const gap =
    judgement.type === 'authorised'
      ? [...trail.erased][0]
      : EXPLAINED_BY[judgement.code]?.find(
          (kind) => trail.erased.has(kind) || standing.erased.has(kind),
        );
  if (gap === undefined) return judgement;
  return { type: 'unprovable', code: 'UNPROVABLE', note: `the payload of ${gap} is erased` };
}

function judge(trail: Trail, standing: Standing): Exclude<Judgement, { type: 'unprovable' }> {
  const { action, decision, digest, reviewLeaves } = trail;
  const { grant, nowMs } = standing;
  const { intendedAtIndex, performedAtIndex } = trail;
  const isDue = standing.isResumed === (intendedAtIndex !== null) && performedAtIndex === null;
  if (!isDue) return no('INTENT_REPEATED', 'intended twice, or resumed where nothing was open');
  if (standing.killState.status !== 'off') return no('KILLED', 'a kill stood');
  if (!action) return no('PROPOSAL_MISSING', 'the action was not proposed before');
  if (action.binding.caseId !== trail.caseId) return no('CASE_MISMATCH', 'of another case');
  const { policyBundleSha256 } = action.binding;
  if (!standing.isActive(policyBundleSha256)) return no('POLICY_NOT_ACTIVE', 'other policies held');
  if (!decision) return no('DECISION_MISSING', 'the policies were not asked before');
  if (!grant) return no('GRANT_MISSING', 'the intent names no grant');
  const verdict = authorise({
    ...standing,
    bindingText: action.bindingText,
    digest,
    policyBundleSha256,
    decide: (approval) => (approval ? { ...decision, type: 'allow' } : decision),
    request: trail.request,
    reviews: reviewLeaves.flatMap(reviewsIn),
    reviewLeaves,
    grantTtlMs: GRANT_TTL_MAX_MS,
  });
  if (verdict.type === 'refused') return no(verdict.code, verdict.reason);
  const { approvedBy } = verdict.grant;
  const isResolved = approvedBy.length === 0 || trail.resolution === 'approved';
  if (!isResolved) return no('NOT_RESOLVED', 'the approval was not resolved before');
  return judgeGrant(grant, verdict.grant, nowMs) ?? { type: 'authorised', by: approvedBy };
}

/** The grant as logged against the one that the log justifies. */
function judgeGrant(grant: Grant, due: Grant, nowMs: number): ReturnType<typeof no> | null {
  const endMs = Date.parse(grant.expiresAt);
  if (!(nowMs < endMs)) return no('GRANT_EXPIRED', `the grant ended at ${grant.expiresAt}`);
  const ttlMs = endMs - Date.parse(grant.grantedAt);
  if (ttlMs > GRANT_TTL_MAX_MS) return no('GRANT_TTL', 'the grant lives longer than 15 minutes');
  const named = grant.approvalLogIndexes;
  const isDue =
    grant.digest === due.digest &&
    canonicalJson(grant.approvedBy.toSorted()) === canonicalJson(due.approvedBy.toSorted()) &&
    named.every((index) => due.approvalLogIndexes.includes(index)) &&
    new Set(named).size >= due.approvedBy.length;
  return isDue ? null : no('GRANT_MISMATCH', 'the grant names other approvals than the log holds');
}

function no(code: string, note: string) {
  return { type: 'unauthorised', code, note } as const;
}
