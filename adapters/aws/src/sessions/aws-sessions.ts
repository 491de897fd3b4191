import { EC2Client } from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { InputError, PermissionError } from '@counterfoil/core';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { calling } from './aws-error.ts';
import type { AwsPlace, AwsSessionSettings } from './aws-session-settings.ts';
import { sessionPolicy } from './session-policy.ts';

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;
const READ_ATTEMPTS_MAX = 2;
/** The shortest session that STS grants. */
const SESSION_SECONDS = 900;
const READ_PERMISSIONS = ['ec2:DescribeInstances'];
/** A read session is used for this long and then made again, well before it ends. */
const READ_SESSION_REUSE_MS = 10 * 60_000;

/** What one write may do: one action on these resources, under this identity. */
export interface WriteRequest extends AwsPlace {
  /** e.g. `ec2:StopInstances`. */
  readonly permission: string;
  readonly resourceArns: readonly [string, ...string[]];
  /** 2 to 64 of `[A-Za-z0-9_-]`; stands in CloudTrail beside the call. */
  readonly sourceIdentity: string;
}

/** Sessions of AWS: one role per account, each session as narrow as its use. Clients are not to be destroyed by callers. */
export interface AwsSessions {
  /** A client that can only describe; the session is shared and renewed. */
  reader(place: AwsPlace): Promise<EC2Client>;
  /** A client for one call, never retried by the SDK: a repeated write is for the executor to decide. */
  writer(request: WriteRequest): Promise<EC2Client>;
  close(): void;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Opens sessions with the settings' credentials, or with the ambient ones where there are none. */
export function createAwsSessions(
  settings: AwsSessionSettings,
  options: { readonly nowMs?: () => number } = {},
): AwsSessions {
  const nowMs = options.nowMs ?? Date.now;
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  });
  const base = {
    requestHandler,
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
  };
  const sts = new STSClient({
    ...base,
    region: settings.region,
    maxAttempts: READ_ATTEMPTS_MAX,
    ...(settings.credentials && { credentials: settings.credentials }),
  });
  const client = (region: string, maxAttempts: number, credentials: Credentials | undefined) =>
    new EC2Client({ ...base, region, maxAttempts, ...(credentials && { credentials }) });
  const readers = new Map<
    string,
    { readonly client: Promise<EC2Client>; readonly untilMs: number }
  >();

  const openReader = async (place: AwsPlace): Promise<EC2Client> => {
    const credentials = await credentialsFor(sts, settings, {
      account: place.account,
      policy: sessionPolicy(READ_PERMISSIONS, ['*']),
      sessionName: 'counterfoil-read',
    });
    return client(place.region, READ_ATTEMPTS_MAX, credentials);
  };

  return {
    reader: (place) => {
      const key = `${place.account}/${place.region}`;
      const known = readers.get(key);
      if (known && nowMs() < known.untilMs) return known.client;
      const opening = openReader(place);
      readers.set(key, { client: opening, untilMs: nowMs() + READ_SESSION_REUSE_MS });
      // A session that could not be opened is not kept: the next call tries again.
      opening.catch(() => readers.delete(key));
      return opening;
    },
    writer: async (request) => {
      const credentials = await credentialsFor(sts, settings, {
        account: request.account,
        policy: sessionPolicy([request.permission], request.resourceArns),
        sessionName: request.sourceIdentity,
        sourceIdentity: request.sourceIdentity,
      });
      return client(request.region, 1, credentials);
    },
    close: () => requestHandler.destroy(),
  };
}

interface SessionRequest {
  readonly account: string;
  readonly policy: string;
  readonly sessionName: string;
  readonly sourceIdentity?: string;
}

/** Credentials of a session in the account; `undefined` for the ambient ones. Proves that the account is the one asked for. */
async function credentialsFor(
  sts: STSClient,
  settings: AwsSessionSettings,
  request: SessionRequest,
): Promise<Credentials | undefined> {
  if (!/^\d{12}$/.test(request.account)) {
    throw new InputError('ACCOUNT_MALFORMED', 'the account is not twelve digits', {
      remedy: 'give the id of one AWS account',
    });
  }
  if (settings.roleArn === undefined) {
    const { Account } = await calling('sts:GetCallerIdentity', () =>
      sts.send(new GetCallerIdentityCommand({})),
    );
    requireAccount(Account, request.account);
    return settings.credentials;
  }
  const roleArn = settings.roleArn.replaceAll('{account}', request.account);
  const { AssumedRoleUser, Credentials: granted } = await calling('sts:AssumeRole', () =>
    sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: request.sessionName,
        Policy: request.policy,
        DurationSeconds: SESSION_SECONDS,
        ...(request.sourceIdentity !== undefined && { SourceIdentity: request.sourceIdentity }),
        ...(settings.externalId !== undefined && { ExternalId: settings.externalId }),
      }),
    ),
  );
  requireAccount(AssumedRoleUser?.Arn?.split(':')[4], request.account);
  if (!granted?.AccessKeyId || !granted.SecretAccessKey || !granted.SessionToken) {
    throw new PermissionError('CREDENTIAL_REFUSED', `STS gave no credentials for ${roleArn}`);
  }
  return {
    accessKeyId: granted.AccessKeyId,
    secretAccessKey: granted.SecretAccessKey,
    sessionToken: granted.SessionToken,
  };
}

function requireAccount(actual: string | undefined, expected: string): void {
  if (actual === expected) return;
  throw new PermissionError(
    'ACCOUNT_MISMATCH',
    `the session belongs to account ${actual ?? 'unknown'}, not to ${expected}`,
    { remedy: 'set roleArn with {account} in it, so that each account has its own role' },
  );
}
