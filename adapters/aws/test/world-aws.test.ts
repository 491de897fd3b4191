import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  EC2Client,
  paginateDescribeInstances,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DEMO_ACCESS, startTemporaryWorld, type TemporaryWorld } from '@counterfoil/simulator';

const SCHEMA = new URL(
  '../../../../shared/contracts/official/aws-jsonschema/sts.schema.json',
  import.meta.url,
);

async function open(t: TestContext, nowMs?: () => number) {
  const world = await startTemporaryWorld(nowMs ? { nowMs } : {});
  t.after(() => world.close());
  const gpu = world.organisation.incidents.find(({ kind }) => kind === 'forgotten_gpu_instances');
  assert.ok(gpu);
  return { world, account: gpu.subAccountId, region: gpu.regionId, arns: gpu.resourceIds };
}

function stsOf(world: TemporaryWorld, user: 'agent' | 'executor', secret?: string): STSClient {
  const { accessKeyId, secretAccessKey } = DEMO_ACCESS.aws[user];
  return new STSClient({
    endpoint: `${world.url}/aws`,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: secret ?? secretAccessKey },
  });
}

const roleOf = (account: string, kind: 'read' | 'write') =>
  DEMO_ACCESS.aws[`${kind}RoleArn`].replace('{account}', account);

/** An EC2 client in a session of the role, with an inline policy where one is given. */
async function session(
  world: TemporaryWorld,
  request: { readonly account: string; readonly region: string; readonly policy?: object },
): Promise<EC2Client> {
  const { Credentials } = await stsOf(world, 'executor').send(
    new AssumeRoleCommand({
      RoleArn: roleOf(request.account, 'write'),
      RoleSessionName: 'test-session',
      SourceIdentity: 'cf-1',
      DurationSeconds: 900,
      ...(request.policy && { Policy: JSON.stringify(request.policy) }),
    }),
  );
  return new EC2Client({
    endpoint: `${world.url}/aws`,
    region: request.region,
    maxAttempts: 1,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
}

const idOf = (arn: string) => arn.split('/')[1] ?? '';
const allow = (Action: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

test('a wrong secret, an unknown key and a missing signature are refused as AWS does', async (t) => {
  const { world } = await open(t);
  const forged = stsOf(world, 'agent', 'not-the-secret');
  await assert.rejects(() => forged.send(new GetCallerIdentityCommand({})), {
    name: 'SignatureDoesNotMatch',
  });
  const stranger = new STSClient({
    endpoint: `${world.url}/aws`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' },
  });
  await assert.rejects(() => stranger.send(new GetCallerIdentityCommand({})), {
    name: 'InvalidClientTokenId',
  });
  const bare = await fetch(`${world.url}/aws/`, { method: 'POST', body: 'Action=StopInstances' });
  assert.equal(bare.status, 403);
  assert.match(await bare.text(), /MissingAuthenticationToken/);
});

test('AssumeRole checks names, durations, policies, trust and whether the account exists', async (t) => {
  const { world, account } = await open(t);
  const sts = stsOf(world, 'executor');
  const assume = (change: object) =>
    sts.send(
      new AssumeRoleCommand({
        RoleArn: roleOf(account, 'read'),
        RoleSessionName: 'ok',
        ...change,
      }),
    );
  assert.ok((await assume({ SourceIdentity: 'x'.repeat(64), DurationSeconds: 900 })).Credentials);
  const invalid = { name: 'ValidationError' };
  await assert.rejects(() => assume({ SourceIdentity: 'x'.repeat(65) }), invalid);
  await assert.rejects(() => assume({ SourceIdentity: 'x' }), invalid);
  await assert.rejects(() => assume({ RoleSessionName: 'with space' }), invalid);
  await assert.rejects(() => assume({ DurationSeconds: 899 }), invalid);
  await assert.rejects(
    () => assume({ Policy: JSON.stringify(allow('x'.repeat(2_048), '*')) }),
    invalid,
  );
  await assert.rejects(() => assume({ Policy: '{' }), { name: 'MalformedPolicyDocumentException' });
  await assert.rejects(() => assume({ RoleArn: roleOf('111122223333', 'read') }), {
    name: 'AccessDenied',
  });
  const agent = stsOf(world, 'agent');
  const greedy = new AssumeRoleCommand({
    RoleArn: roleOf(account, 'write'),
    RoleSessionName: 'ok',
  });
  await assert.rejects(() => agent.send(greedy), { name: 'AccessDenied' });
});

test('the replies of STS fit the official model', async (t) => {
  if (!existsSync(SCHEMA)) return t.skip('needs ../shared');
  const { world, account } = await open(t);
  const schema = JSON.parse(await readFile(SCHEMA, 'utf8')) as { readonly $defs: object };
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  const sts = stsOf(world, 'executor');
  const { $metadata: _assumed, ...assumed } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleOf(account, 'write'),
      RoleSessionName: 'test-session',
      SourceIdentity: 'cf-1',
      Policy: JSON.stringify(allow('ec2:StopInstances', '*')),
    }),
  );
  const { $metadata: _identity, ...identity } = await sts.send(new GetCallerIdentityCommand({}));
  for (const [name, reply] of [
    ['AssumeRoleResponse', assumed],
    ['GetCallerIdentityResponse', identity],
  ] as const) {
    const validate = ajv.compile({ $defs: schema.$defs, $ref: `#/$defs/${name}` });
    assert.ok(
      validate(JSON.parse(JSON.stringify(reply))),
      `${name}: ${ajv.errorsText(validate.errors)}`,
    );
  }
});

test('a session can do what both its role and its own policy allow, per resource', async (t) => {
  const { world, account, region, arns } = await open(t);
  const [first = '', second = ''] = arns;
  const ec2 = await session(world, { account, region, policy: allow('ec2:StopInstances', first) });
  const stop = (...ids: string[]) =>
    ec2.send(new StopInstancesCommand({ InstanceIds: ids, DryRun: true }));
  await assert.rejects(
    () => stop(idOf(first)),
    ({ name, $metadata }) => name === 'DryRunOperation' && $metadata.httpStatusCode === 412,
  );
  const denied = { name: 'UnauthorizedOperation' };
  await assert.rejects(() => stop(idOf(second)), denied);
  await assert.rejects(() => stop(idOf(first), idOf(second)), denied);
  await assert.rejects(() => ec2.send(new DescribeInstancesCommand({})), denied);
  const wide = await session(world, { account, region, policy: allow('*', '*') });
  await wide.send(new DescribeInstancesCommand({}));
  assert.ok((await world.inbox()).instances.every(({ changedAt }) => changedAt === null));
});

test('an instance stops, stays stopped, and starts again with a new launch time', async (t) => {
  let nowMs = Date.now();
  const { world, account, region, arns } = await open(t, () => nowMs);
  const ec2 = await session(world, { account, region });
  const InstanceIds = [idOf(arns[0] ?? '')];
  const instance = async () => {
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    return answer.Reservations?.[0]?.Instances?.[0];
  };
  const launchedAt = (await instance())?.LaunchTime;
  const { StoppingInstances } = await ec2.send(new StopInstancesCommand({ InstanceIds }));
  assert.deepEqual(StoppingInstances, [
    {
      InstanceId: InstanceIds[0],
      CurrentState: { Code: 64, Name: 'stopping' },
      PreviousState: { Code: 16, Name: 'running' },
    },
  ]);
  await assert.rejects(() => ec2.send(new StartInstancesCommand({ InstanceIds })), {
    name: 'IncorrectInstanceState',
  });
  nowMs += 3_000;
  const stopped = await instance();
  assert.equal(stopped?.State?.Name, 'stopped');
  assert.match(stopped?.StateTransitionReason ?? '', /^User initiated \(/);
  await ec2.send(new StartInstancesCommand({ InstanceIds }));
  nowMs += 3_000;
  const started = await instance();
  assert.equal(started?.State?.Name, 'running');
  assert.notDeepEqual(started?.LaunchTime, launchedAt);
});

test('instances are filtered, paged, and unknown or malformed ids are refused', async (t) => {
  const { world } = await open(t);
  const batch = world.organisation.lookAlikes.find(({ kind }) => kind === 'month_end_batch');
  const account = batch?.subAccountId ?? '';
  const region =
    world.organisation.accounts.find(({ accountId }) => accountId === account)?.regionId ?? '';
  const ec2 = await session(world, { account, region });
  const pages = [];
  for await (const page of paginateDescribeInstances({ client: ec2, pageSize: 5 }, {})) {
    pages.push(page.Reservations?.length ?? 0);
  }
  const expected = world.organisation.resources.filter(
    ({ accountId, instance }) => accountId === account && instance,
  ).length;
  assert.equal(
    pages.reduce((sum, count) => sum + count, 0),
    expected,
  );
  assert.ok(pages.length > 1 && pages.slice(0, -1).every((count) => count === 5));
  const filtered = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'instance-type', Values: ['c6i.24xlarge'] },
        { Name: 'instance-state-name', Values: ['running', 'pending'] },
      ],
    }),
  );
  assert.equal(filtered.Reservations?.length, 8);
  const asked = (input: DescribeInstancesCommandInput) =>
    ec2.send(new DescribeInstancesCommand(input));
  await assert.rejects(() => asked({ InstanceIds: ['i-0123456789abcdef0'] }), {
    name: 'InvalidInstanceID.NotFound',
  });
  await assert.rejects(() => asked({ InstanceIds: ['i-1'] }), {
    name: 'InvalidInstanceID.Malformed',
  });
  await assert.rejects(() => asked({ MaxResults: 4 }), { name: 'InvalidParameterValue' });
});

test('an expired session is refused', async (t) => {
  let nowMs = Date.now();
  const { world, account, region } = await open(t, () => nowMs);
  const ec2 = await session(world, { account, region });
  await ec2.send(new DescribeInstancesCommand({}));
  nowMs += 899_000;
  await ec2.send(new DescribeInstancesCommand({}));
  nowMs += 1_000;
  await assert.rejects(() => ec2.send(new DescribeInstancesCommand({})), {
    name: 'RequestExpired',
  });
});
