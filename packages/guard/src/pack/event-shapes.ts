import type {
  ApprovalRequest,
  ApprovalRequirement,
  Grant,
  PolicyDecision,
} from '@counterfoil/core';
import * as shape from '../canonical/shape.ts';

const { object, list, name, text, time, digest, oneOf, jsonObject } = shape;

const requirement: shape.Check<ApprovalRequirement> = object({
  roles: list(name),
  quorum: shape.integer(1),
  assurance: oneOf('chat', 'key', 'passkey'),
});

const base = { decisionId: name, policyIds: list(name), policyBundleSha256: shape.hash };
const decision: shape.Check<PolicyDecision> = shape.variant('type', {
  allow: object({ ...base, type: oneOf('allow') }),
  require_approval: object({ ...base, type: oneOf('require_approval'), requirement }),
  deny: object({ ...base, type: oneOf('deny'), reason: text }),
});

const request: shape.Check<ApprovalRequest> = object({
  digest,
  caseId: name,
  actionId: name,
  requirement,
  excluded: list(text),
  requestedAt: time,
  deadlineAt: time,
});

const resolution = shape.variant('type', {
  approved: object({ type: oneOf('approved'), by: list(name) }),
  denied: object({ type: oneOf('denied'), by: name, reason: text }),
  expired: object({ type: oneOf('expired') }),
});

const grant: shape.Check<Grant> = object({
  digest,
  approvedBy: list(name),
  policyIds: list(name),
  grantedAt: time,
  expiresAt: time,
  approvalLogIndexes: list(shape.integer(0)),
});

const proposal = object({ caseId: name, actions: list(jsonObject), withheld: list(jsonObject) });

/** The case events that a proof rests on, each with exactly its fields. */
export const eventShapes = {
  proposal_made: object({ type: oneOf('proposal_made'), proposal }),
  policy_decided: object({ type: oneOf('policy_decided'), digest, decision }),
  approval_requested: object({ type: oneOf('approval_requested'), request }),
  approval_resolved: object({ type: oneOf('approval_resolved'), digest, resolution }),
  effect_intended: object({ type: oneOf('effect_intended'), digest, grant, idempotencyKey: name }),
  effect_resumed: object({ type: oneOf('effect_resumed'), digest, grant }),
  effect_performed: object({
    type: oneOf('effect_performed'),
    digest,
    effect: jsonObject,
    reconciled: shape.scalar,
  }),
  effect_unresolved: object({ type: oneOf('effect_unresolved'), digest, note: text }),
};

/** Any of {@link eventShapes}. */
export const eventShape = shape.variant('type', eventShapes);
