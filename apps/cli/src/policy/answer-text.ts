import type { Expectation } from '@counterfoil/policy';

const WORDS = { allow: 'allow', deny: 'deny', require_approval: 'ask' } as const;

/** An answer in one line: what, whom it asks, and the rules. */
export function answerText({ type, policyIds, requirement }: Expectation): string {
  const rules = policyIds.length === 0 ? 'no rule permits it' : policyIds.join(', ');
  const whom = requirement
    ? ` ${requirement.quorum} of ${requirement.roles.join('|')} with ${requirement.assurance}`
    : '';
  return `${WORDS[type]}${whom}: ${rules}`;
}
