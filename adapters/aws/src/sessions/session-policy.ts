import { LimitError } from '@counterfoil/core';

/** STS accepts at most this many characters of inline session policy. */
const POLICY_CHARACTERS_MAX = 2_048;

/**
 * The inline policy of one session: nothing but these actions on these resources. A session can do what both this and
 * the role allow, so a role that is too wide does not widen the session.
 */
export function sessionPolicy(
  permissions: readonly string[],
  resourceArns: readonly string[],
): string {
  const statement = { Effect: 'Allow', Action: permissions, Resource: resourceArns };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  if (policy.length <= POLICY_CHARACTERS_MAX) return policy;
  throw new LimitError(
    'SESSION_POLICY',
    `the session policy for ${resourceArns.length} resources has ${policy.length} characters, more than ${POLICY_CHARACTERS_MAX}`,
    { remedy: 'act on fewer targets at a time' },
  );
}
