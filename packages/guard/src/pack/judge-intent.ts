import type { ActionBinding, ApprovalRequirement, Grant } from '@counterfoil/core';
import { GRANT_TTL_MAX_MS } from '../authorise/authorise.ts';
import { isRequestFor, loggedReviews, resolveReviews } from '../authorise/logged-review.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';
import type { ApproverRegistry } from '../trust/registry.ts';
import type { Intent, Trail } from './trail.ts';

/** Whether an intent was authorised by what stands before it in the log. */
export type Judgement =
  | { readonly type: 'authorised'; readonly by: readonly string[] }
  | { readonly type: 'unprovable'; readonly missing: string }
  | { readonly type: 'unauthorised'; readonly code: string; readonly note: string };

/** What stood at the time of the intent. */
export interface Standing {
  readonly tenant: string;
  readonly registry: ApproverRegistry;
  readonly killed: boolean;
  /** True where an enrolment or the lift of a kill can no longer be read. */
  readonly trustErased: boolean;
}

/**
 * Replays the executor's verdict from the log alone. What was erased might have been a denial, so a trail with a gap proves
 * nothing, however good the rest looks.
 */
export function judgeIntent(trail: Trail, intent: Intent, standing: Standing): Judgement {
  const judgement = judgeRest(trail, intent, standing);
  const [gap] = trail.erased;
  if (judgement.type !== 'authorised' || gap === undefined) return judgement;
  return { type: 'unprovable', missing: gap };
}

function judgeRest(trail: Trail, intent: Intent, standing: Standing): Judgement {
  if (trail.intendedAtIndex !== null) return no('INTENT_REPEATED', 'the action was intended twice');
  if (standing.killed) {
    if (standing.trustErased) return { type: 'unprovable', missing: 'kill_lifted' };
    return no('KILLED', 'a kill stood');
  }
  const { binding, decisions } = trail;
  if (!binding) return missing(trail, 'proposal_made', 'PROPOSAL_MISSING');
  if (binding.caseId !== intent.caseId) return no('CASE_MISMATCH', 'the action is of another case');
  if (binding.tenant !== standing.tenant) return no('TENANT_MISMATCH', 'of another tenant');
  if (!(intent.atMs < Date.parse(binding.expiresAt))) {
    return no('BINDING_EXPIRED', `the proposal ended at ${binding.expiresAt}`);
  }
  if (decisions.some((decision) => decision.type === 'deny')) {
    return no('POLICY_DENIED', 'the policies denied it');
  }
  const decision = decisions.at(-1);
  if (!decision) return missing(trail, 'policy_decided', 'DECISION_MISSING');
  if (decision.policyBundleSha256 !== binding.policyBundleSha256) {
    return no('POLICY_BUNDLE_CHANGED', 'decided by other policies than it was proposed under');
  }
  const { grant } = intent;
  if (!grant) return { type: 'unprovable', missing: 'effect_intended' };
  const problem = judgeGrant(trail, intent, grant);
  if (problem) return problem;
  if (decision.type === 'require_approval') {
    return judgeApproval({ trail, intent, standing, binding, grant }, decision.requirement);
  }
  if (grant.approvedBy.length > 0) return no('GRANT_MISMATCH', 'the grant names approvers');
  return { type: 'authorised', by: [] };
}

function judgeGrant(trail: Trail, intent: Intent, grant: Grant): Judgement | null {
  const endMs = Date.parse(grant.expiresAt);
  if (grant.digest !== trail.digest) return no('GRANT_MISMATCH', 'the grant is for another action');
  if (!(intent.atMs < endMs)) return no('GRANT_EXPIRED', `the grant ended at ${grant.expiresAt}`);
  if (endMs - Date.parse(grant.grantedAt) > GRANT_TTL_MAX_MS) {
    return no('GRANT_TTL', 'the grant lives longer than 15 minutes');
  }
  return null;
}

interface Evidence {
  readonly trail: Trail;
  readonly intent: Intent;
  readonly standing: Standing;
  readonly binding: ActionBinding;
  readonly grant: Grant;
}

function judgeApproval(evidence: Evidence, requirement: ApprovalRequirement): Judgement {
  const { trail, intent, standing, binding, grant } = evidence;
  const { digest, request } = trail;
  const { caseId, actionId } = binding;
  if (!request) return missing(trail, 'approval_requested', 'REQUEST_MISSING');
  if (!isRequestFor(request, { digest, caseId, actionId, requirement })) {
    return no('REQUEST_MISMATCH', 'people were asked something else than policy demands');
  }
  const logged = loggedReviews(digest, trail.reviews, standing.registry);
  const reviews = logged.map(({ review }) => review);
  const resolution = resolveReviews(request, binding, reviews, intent.atMs);
  if (resolution.type !== 'approved') {
    if (standing.trustErased) return { type: 'unprovable', missing: 'approver_enrolled' };
    return missing(trail, 'review_submitted', 'NOT_APPROVED');
  }
  if (trail.resolution !== 'approved') return missing(trail, 'approval_resolved', 'NOT_RESOLVED');
  const { by } = resolution;
  const sameIndexes = canonicalJson(by.toSorted()) === canonicalJson(grant.approvedBy.toSorted());
  const indexes = new Map(logged.map(({ index, review }) => [index, review.personId]));
  const named = new Set(grant.approvalLogIndexes.map((index) => indexes.get(index)));
  if (!sameIndexes || named.size !== by.length || by.some((personId) => !named.has(personId))) {
    return no('GRANT_MISMATCH', 'the grant names other approvals than those in the log');
  }
  return { type: 'authorised', by };
}

/** Absent, or erased: the latter may be innocent and is told apart. */
function missing(trail: Trail, kind: string, code: string): Judgement {
  if (trail.erased.has(kind)) return { type: 'unprovable', missing: kind };
  return no(code, `no ${kind} before the intent that would carry it`);
}

function no(code: string, note: string): Judgement {
  return { type: 'unauthorised', code, note };
}
