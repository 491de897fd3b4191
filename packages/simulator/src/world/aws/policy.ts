import { AwsProblem } from './aws-problem.ts';

/** A policy statement of the part of IAM's language that the stand-in knows. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Parses a session policy; anything outside the known part is refused rather than ignored. */
export function parsePolicy(text: string): PolicyDocument {
  try {
    const { Version, Statement: given } = JSON.parse(text) as Partial<PolicyDocument>;
    const statements = Array.isArray(given)
      ? (given as Statement[])
      : given
        ? [given as unknown as Statement]
        : [];
    const known = statements.every(
      (statement) =>
        Object.keys(statement).every((name) =>
          ['Sid', 'Effect', 'Action', 'Resource'].includes(name),
        ) &&
        ['Allow', 'Deny'].includes(statement.Effect) &&
        listOf(statement.Action).length > 0 &&
        listOf(statement.Resource).length > 0,
    );
    if (Version === '2012-10-17' && statements.length > 0 && known)
      return { Version, Statement: statements };
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsProblem(
    400,
    'MalformedPolicyDocument',
    'The policy is not in the valid JSON format.',
  );
}

/** Whether one policy allows an action on a resource: an explicit denial wins, no statement means no. */
export function allows(policy: PolicyDocument, action: string, resource: string): boolean {
  const applying = policy.Statement.filter(
    (statement) =>
      listOf(statement.Action).some((pattern) =>
        matches(pattern.toLowerCase(), action.toLowerCase()),
      ) && listOf(statement.Resource).some((pattern) => matches(pattern, resource)),
  );
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

function listOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((entry): entry is string => typeof entry === 'string');
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
