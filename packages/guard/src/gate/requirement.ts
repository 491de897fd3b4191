import { InputError, type ApprovalRequirement } from '@counterfoil/core';

const FORM = /^roles=([a-z0-9,-]+);quorum=([1-9]);assurance=(chat|key|passkey)$/;

/** Reads `@approval("roles=a,b;quorum=1;assurance=key")`; anything else is an `InputError` naming the policy. */
export function parseRequirement(policyId: string, text: string): ApprovalRequirement {
  const [, roles, quorum, assurance] = FORM.exec(text) ?? [];
  if (!roles || !quorum || !assurance) {
    throw new InputError(
      'POLICY_BUNDLE_INVALID',
      `${policyId}: @approval("${text}") is malformed`,
      {
        remedy: 'write roles=a,b;quorum=1;assurance=chat|key|passkey',
      },
    );
  }
  return {
    roles: roles.split(','),
    quorum: Number(quorum),
    assurance: assurance as ApprovalRequirement['assurance'],
  };
}
