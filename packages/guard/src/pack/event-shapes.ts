import type {
  ApprovalRequest,
  ApprovalRequirement,
  Grant,
  PolicyDecision,
} from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';

const requirement: shape.Check<ApprovalRequirement> = shape.object({
  roles: shape.list(shape.name),
  quorum: shape.integer(1),
  assurance: shape.oneOf('chat', 'key', 'passkey'),
});

const decisionBase = {
  decisionId: shape.name,
  policyIds: shape.list(shape.name),
  policyBundleSha256: shape.hash,
};

const decision: shape.Check<PolicyDecision> = shape.variant('type', {
  allow: shape.object({ ...decisionBase, type: shape.oneOf('allow') }),
  require_approval: shape.object({
    ...decisionBase,
    type: shape.oneOf('require_approval'),
    requirement,
  }),
  deny: shape.object({ ...decisionBase, type: shape.oneOf('deny'), reason: shape.text }),
});

const request: shape.Check<ApprovalRequest> = shape.object({
  digest: shape.digest,
  caseId: shape.name,
  actionId: shape.name,
  requirement,
  excluded: shape.list(shape.text),
  requestedAt: shape.time,
  deadlineAt: shape.time,
});

const grant: shape.Check<Grant> = shape.object({
  digest: shape.digest,
  approvedBy: shape.list(shape.name),
  policyIds: shape.list(shape.name),
  grantedAt: shape.time,
  expiresAt: shape.time,
  approvalLogIndexes: shape.list(shape.integer(0)),
});

const type = shape.name;
const { digest } = shape;

/** The payloads that a proof rests on: exactly the case events of these kinds. */
export const eventShapes = {
  proposal_made: shape.object({
    type,
    proposal: shape.object({
      caseId: shape.name,
      actions: shape.list(shape.jsonObject),
      withheld: shape.list(shape.jsonObject),
    }),
  }),
  policy_decided: shape.object({ type, digest, decision }),
  approval_requested: shape.object({ type, request }),
  approval_resolved: shape.object({
    type,
    digest,
    resolution: shape.variant('type', {
      approved: shape.object({ type, by: shape.list(shape.name) }),
      denied: shape.object({ type, by: shape.name, reason: shape.text }),
      expired: shape.object({ type }),
    }),
  }),
  effect_intended: shape.object({ type, digest, grant, idempotencyKey: shape.name }),
  effect_performed: shape.object({
    type,
    digest,
    effect: shape.jsonObject,
    reconciled: shape.scalar,
  }),
  effect_unresolved: shape.object({ type, digest, note: shape.text }),
};
