import type { ApprovalRequirement } from './decision.ts';

/** The order of assurances, as numbers that policies compare. */
export const ASSURANCE_RANK = { chat: 0, key: 1, passkey: 2 } as const;

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
  const isLeft = ASSURANCE_RANK[left.assurance] >= ASSURANCE_RANK[right.assurance];
  return {
    roles: left.roles.filter((role) => right.roles.includes(role)),
    quorum: Math.max(left.quorum, right.quorum),
    assurance: isLeft ? left.assurance : right.assurance,
  };
}
