import type {
  Action,
  ApprovalRequest,
  Digest,
  Grant,
  KillState,
  PolicyDecision,
} from '@counterfoil/core';
import { authorise, GRANT_TTL_MAX_MS, type ApprovalEvidence } from '../authorise/authorise.ts';
import type { ProvenLeaf } from '../authorise/logged-review.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { openPayload, parseEntry } from '../log/entry.ts';
import type { ApproverRegistry } from '../trust/registry.ts';

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
export interface Standing {
  readonly atMs: number;
  readonly grant: Grant | null;
  readonly tenant: string;
  readonly registry: ApproverRegistry;
  readonly killState: KillState;
  /** Kinds of erased entries that say who may sign, or that a kill was lifted. */
  readonly erased: readonly string[];
}

/** Whether an intent was authorised by what stands before it in the log. */
export type Judgement =
  | { readonly type: 'authorised'; readonly by: readonly string[] }
  | { readonly type: 'unprovable'; readonly code: 'UNPROVABLE'; readonly note: string }
  | { readonly type: 'unauthorised'; readonly code: string; readonly note: string };

/** Refusals that an erased entry could explain. */
const EXPLAINED_BY_GAP: ReadonlySet<string> = new Set([
  'PROPOSAL_MISSING',
  'DECISION_MISSING',
  'GRANT_MISSING',
  'KILLED',
  'REQUEST_MISSING',
  'APPROVAL_EXPIRED',
  'NOT_APPROVED',
  'NOT_RESOLVED',
]);

/**
 * Asks `authorise` again, with nothing but what the log says, and compares the grant. What was erased might have been a denial,
 * so a trail with a gap proves nothing, however good the rest looks.
 */
export function judgeIntent(trail: Trail, standing: Standing): Judgement {
  const judgement = judge(trail, standing);
  const [gap] = [...trail.erased, ...standing.erased];
  const isOpen =
    judgement.type === 'authorised' ? trail.erased.size > 0 : EXPLAINED_BY_GAP.has(judgement.code);
  if (gap === undefined || !isOpen) return judgement;
  return { type: 'unprovable', code: 'UNPROVABLE', note: `the payload of ${gap} is erased` };
}

function judge(trail: Trail, standing: Standing): Exclude<Judgement, { type: 'unprovable' }> {
  const { action, decision, digest } = trail;
  const { grant, atMs } = standing;
  if (trail.intendedAtIndex !== null) return no('INTENT_REPEATED', 'intended twice');
  if (!action) return no('PROPOSAL_MISSING', 'the action was not proposed before');
  if (action.binding.caseId !== trail.caseId) return no('CASE_MISMATCH', 'of another case');
  if (!decision) return no('DECISION_MISSING', 'the policies were not asked before');
  if (!grant) return no('GRANT_MISSING', 'the intent names no grant');
  const decide = (approval?: ApprovalEvidence): PolicyDecision =>
    approval ? { ...decision, type: 'allow' } : decision;
  const verdict = authorise({
    ...standing,
    bindingText: action.bindingText,
    digest,
    policyBundleSha256: action.binding.policyBundleSha256,
    decide,
    request: trail.request,
    reviews: trail.reviewLeaves.map(recordedReview),
    reviewLeaves: trail.reviewLeaves,
    nowMs: atMs,
    grantTtlMs: GRANT_TTL_MAX_MS,
  });
  if (verdict.type === 'refused') return no(verdict.code, verdict.reason);
  const { approvedBy: by, approvalLogIndexes } = verdict.grant;
  if (by.length > 0 && trail.resolution !== 'approved') {
    return no('NOT_RESOLVED', 'the approval was not resolved before the intent');
  }
  return judgeGrant(grant, { digest, by, approvalLogIndexes, atMs });
}

function judgeGrant(
  grant: Grant,
  due: Pick<Grant, 'digest' | 'approvalLogIndexes'> & { by: readonly string[]; atMs: number },
): Exclude<Judgement, { type: 'unprovable' }> {
  const endMs = Date.parse(grant.expiresAt);
  if (!(due.atMs < endMs)) return no('GRANT_EXPIRED', `the grant ended at ${grant.expiresAt}`);
  if (endMs - Date.parse(grant.grantedAt) > GRANT_TTL_MAX_MS) {
    return no('GRANT_TTL', 'the grant lives longer than 15 minutes');
  }
  const named = grant.approvalLogIndexes;
  const isSame =
    grant.digest === due.digest &&
    canonicalJson(grant.approvedBy.toSorted()) === canonicalJson(due.by.toSorted()) &&
    named.every((index) => due.approvalLogIndexes.includes(index)) &&
    new Set(named).size >= due.by.length;
  if (!isSame) return no('GRANT_MISMATCH', 'the grant names other approvals than the log holds');
  return { type: 'authorised', by: due.by };
}

function recordedReview(leaf: ProvenLeaf) {
  const entry = parseEntry(leaf.entryText);
  const payload = openPayload(entry, leaf);
  const review = payload.status === 'present' ? payload.value : null;
  return { review, recordedAtMs: Date.parse(entry.at) };
}

function no(code: string, note: string) {
  return { type: 'unauthorised', code, note } as const;
}
