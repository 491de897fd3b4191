import { DEMO_ACCESS } from '../access.ts';
import type { World, WorldRequest } from '../stand-in.ts';
import type { GrantedSession } from '../world-state.ts';
import { AwsProblem } from './aws-problem.ts';
import { allows, parsePolicy, type PolicyDocument } from './policy.ts';
import { requireSignature, type SignedScope } from './signature.ts';

/** Who makes a call: one of the two long-lived users, or a session. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
  readonly accessKeyId: string;
  readonly user: 'agent' | 'executor' | null;
  readonly session: GrantedSession | null;
}

const describeOnly: PolicyDocument = policyOf(['ec2:Describe*']);
const stopAndStart: PolicyDocument = policyOf([
  'ec2:DescribeInstances',
  'ec2:StopInstances',
  'ec2:StartInstances',
]);

/** The roles of every account: what they allow, and which user may assume them. */
export const ROLES: Readonly<
  Record<
    string,
    { readonly policy: PolicyDocument; readonly trusted: readonly (Caller['user'] & string)[] }
  >
> = {
  'counterfoil-read': { policy: describeOnly, trusted: ['agent', 'executor'] },
  'counterfoil-write': { policy: stopAndStart, trusted: ['executor'] },
};

/** Identifies the caller by access key id and proves it by the signature. */
export function authenticate(world: World, request: WorldRequest, scope: SignedScope): Caller {
  const { accessKeyId } = scope;
  const session = world.state.sessions[accessKeyId];
  if (session) {
    if (request.headers['x-amz-security-token'] !== session.sessionToken) throw unknownKey();
    requireSignature(request, scope, session.secretAccessKey, world.nowMs());
    if (world.nowMs() >= session.expiresAtMs) {
      throw new AwsProblem(
        400,
        scope.service === 'ec2' ? 'RequestExpired' : 'ExpiredToken',
        'The security token included in the request is expired',
      );
    }
    const { account, roleName, sessionName } = session;
    const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
    return { arn, account, accessKeyId, user: null, session };
  }
  const user = (['agent', 'executor'] as const).find(
    (name) => DEMO_ACCESS.aws[name].accessKeyId === accessKeyId,
  );
  if (!user) throw unknownKey();
  requireSignature(request, scope, DEMO_ACCESS.aws[user].secretAccessKey, world.nowMs());
  const account = world.organisation.billingAccount.accountId;
  return { arn: `arn:aws:iam::${account}:user/${user}`, account, accessKeyId, user, session: null };
}

/** Throws as EC2 does unless the role and the session's own policy both allow the action on each resource. */
export function requireAllowed(caller: Caller, action: string, resources: readonly string[]): void {
  const { session } = caller;
  const role = session ? ROLES[session.roleName] : undefined;
  const policies = [
    ...(role ? [role.policy] : []),
    ...(session?.policy ? [parsePolicy(session.policy)] : []),
  ];
  for (const resource of resources) {
    if (role && policies.every((policy) => allows(policy, action, resource))) continue;
    const by = role && allows(role.policy, action, resource) ? 'session' : 'identity-based';
    throw new AwsProblem(
      403,
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because no ${by} policy allows the ${action} action.`,
    );
  }
}

function unknownKey(): AwsProblem {
  return new AwsProblem(
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  );
}

function policyOf(actions: readonly string[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  };
}
