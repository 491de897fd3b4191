import { randomBytes } from 'node:crypto';
import type { World } from '../stand-in.ts';
import type { GrantedSession } from '../world-state.ts';
import { AwsProblem } from './aws-problem.ts';
import { ROLES, type Caller } from './caller.ts';
import { parsePolicy } from './policy.ts';

const XMLNS = 'https://sts.amazonaws.com/doc/2011-06-15/';
const NAME = /^[\w+=,.@-]{2,64}$/;
const POLICY_CHARACTERS_MAX = 2_048;

/** Answers of STS by operation; each returns the XML tree. */
export const STS_OPERATIONS: Readonly<
  Record<string, (world: World, caller: Caller, form: URLSearchParams, requestId: string) => object>
> = {
  GetCallerIdentity: (_world, caller, _form, requestId) => ({
    GetCallerIdentityResponse: {
      '@_xmlns': XMLNS,
      GetCallerIdentityResult: {
        Arn: caller.arn,
        UserId: caller.session
          ? `${roleIdOf(caller.session)}:${caller.session.sessionName}`
          : `AIDA${caller.accessKeyId}`,
        Account: caller.account,
      },
      ResponseMetadata: { RequestId: requestId },
    },
  }),
  AssumeRole: (world, caller, form, requestId) => {
    const session = grant(world, caller, form);
    world.state.sessions[session.accessKeyId] = session;
    world.touch();
    const { account, roleName, sessionName } = session;
    return {
      AssumeRoleResponse: {
        '@_xmlns': XMLNS,
        AssumeRoleResult: {
          Credentials: {
            AccessKeyId: session.accessKeyId,
            SecretAccessKey: session.secretAccessKey,
            SessionToken: session.sessionToken,
            Expiration: new Date(session.expiresAtMs).toISOString(),
          },
          ...(session.sourceIdentity !== null && { SourceIdentity: session.sourceIdentity }),
          AssumedRoleUser: {
            AssumedRoleId: `${roleIdOf(session)}:${sessionName}`,
            Arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
          },
          ...(session.policy !== null && {
            PackedPolicySize: Math.ceil((session.policy.length / POLICY_CHARACTERS_MAX) * 100),
          }),
        },
        ResponseMetadata: { RequestId: requestId },
      },
    };
  },
};

function grant(world: World, caller: Caller, form: URLSearchParams): GrantedSession {
  const roleArn = form.get('RoleArn') ?? '';
  const sessionName = matching(form, 'RoleSessionName', NAME) ?? missing('RoleSessionName');
  const sourceIdentity = matching(form, 'SourceIdentity', NAME);
  const seconds = Number(form.get('DurationSeconds') ?? '3600');
  if (!(Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200)) {
    throw invalid(
      `Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must be between 900 and 43200`,
    );
  }
  const policy = form.get('Policy');
  if (policy !== null) {
    if (policy.length > POLICY_CHARACTERS_MAX) {
      throw invalid(
        `Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${POLICY_CHARACTERS_MAX}`,
      );
    }
    parsePolicy(policy);
  }
  const match = /^arn:aws:iam::(\d{12}):role\/([\w+=,.@-]{1,64})$/.exec(roleArn);
  if (!match) throw invalid(`${roleArn.slice(0, 100)} is invalid`);
  const [, account = '', roleName = ''] = match;
  const exists = world.organisation.accounts.some(({ accountId }) => accountId === account);
  const trusted = caller.user !== null && (ROLES[roleName]?.trusted.includes(caller.user) ?? false);
  if (!exists || !trusted) {
    throw new AwsProblem(
      403,
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  return {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(60).toString('base64'),
    account,
    roleName,
    sessionName,
    sourceIdentity,
    policy,
    expiresAtMs: world.nowMs() + seconds * 1000,
  };
}

function matching(form: URLSearchParams, name: string, pattern: RegExp): string | null {
  const value = form.get(name);
  if (value === null || pattern.test(value)) return value;
  throw invalid(
    `Value at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have length between 2 and 64`,
  );
}

function missing(name: string): never {
  throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
}

function invalid(detail: string): AwsProblem {
  return new AwsProblem(400, 'ValidationError', `1 validation error detected: ${detail}`);
}

function roleIdOf({ roleName, account }: GrantedSession): string {
  return `AROA${Buffer.from(`${account}${roleName}`).toString('hex').slice(0, 17).toUpperCase()}`;
}
