import { InputError, type ApprovalRequirement } from '@counterfoil/core';

const FORM = /^roles=([a-z0-9,-]+);quorum=([1-9]);assurance=(chat|key|passkey)$/;
const ASSURANCE_RANK = { chat: 0, key: 1, passkey: 2 } as const;

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

/**
 * The strictest of the requirements that several permits ask: the largest quorum, the strongest assurance, and only
 * roles that all of them accept. `undefined` when nothing is asked or no role satisfies all: the caller denies.
 */
export function strictestRequirement(
  requirements: readonly ApprovalRequirement[],
): ApprovalRequirement | undefined {
  const [first, ...rest] = requirements;
  if (!first) return undefined;
  const strictest = rest.reduce(stricter, first);
  return strictest.roles.length === 0 ? undefined : strictest;
}

/** Whether what was asked is all that is due, or more: the hour may have passed in which policy asked for more people. */
export function isAsStrict(asked: ApprovalRequirement, due: ApprovalRequirement): boolean {
  return (
    asked.roles.every((role) => due.roles.includes(role)) &&
    asked.quorum >= due.quorum &&
    ASSURANCE_RANK[asked.assurance] >= ASSURANCE_RANK[due.assurance]
  );
}

function stricter(left: ApprovalRequirement, right: ApprovalRequirement): ApprovalRequirement {
  return {
    roles: left.roles.filter((role) => right.roles.includes(role)),
    quorum: Math.max(left.quorum, right.quorum),
    assurance:
      ASSURANCE_RANK[left.assurance] >= ASSURANCE_RANK[right.assurance]
        ? left.assurance
        : right.assurance,
  };
}
