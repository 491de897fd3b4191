import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTemporaryWorld } from '@counterfoil/simulator';
import { testToolContract } from '@counterfoil/testkit';
import { createAwsSessions, describeInstancesTool } from '../src/index.ts';

async function subject() {
  const world = await startTemporaryWorld();
  const gpu = world.organisation.incidents.find(({ kind }) => kind === 'forgotten_gpu_instances');
  assert.ok(gpu);
  const sessions = createAwsSessions(world.connections.readSession);
  const nowhere = createAwsSessions({
    ...world.connections.readSession,
    endpoint: 'http://127.0.0.1:9',
  });
  const [other] = world.organisation.accounts;
  const input = {
    account: gpu.subAccountId,
    region: gpu.regionId,
    instanceIds: [...gpu.resourceIds],
  };
  return {
    world,
    tool: describeInstancesTool(sessions),
    failing: describeInstancesTool(nowhere),
    input,
    inputOutOfScope: { ...input, account: other?.accountId ?? '' },
    scopeAccounts: [gpu.subAccountId],
    outside: async () => (await world.inbox()).instances,
    close: async () => {
      sessions.close();
      nowhere.close();
      await world.close();
    },
  };
}

testToolContract('describe instances', subject);

test('its facts are what EC2 sets; names and tags of tenants are not among them', async () => {
  const describe = await subject();
  try {
    const { facts } = await describe.tool.observe(describe.input, contextOf(describe));
    const ids = describe.input.instanceIds.map((arn) => arn.split('/')[1]).toSorted();
    assert.deepEqual(facts, {
      'instances.found': 2,
      'instances.running': 2,
      'instances.missing': 0,
      'instances.ids': ids.join(' '),
      'instances.runningIds': ids.join(' '),
      'instances.types': 'p4d.24xlarge',
      'instances.launchedEarliest': describe.world.organisation.incidents.find(
        ({ kind }) => kind === 'forgotten_gpu_instances',
      )?.onsetDate,
    });
    assert.doesNotMatch(JSON.stringify(facts), /train|experiment/);
  } finally {
    await describe.close();
  }
});

test('instances that are gone are counted, and none at all is no data', async () => {
  const describe = await subject();
  try {
    const [known = ''] = describe.input.instanceIds;
    const gone = 'i-0123456789abcdef0';
    const some = { ...describe.input, instanceIds: [known, gone] };
    const answer = await describe.tool.observe(some, contextOf(describe));
    assert.equal(answer.facts['instances.missing'], 1);
    const none = { ...describe.input, instanceIds: [gone] };
    assert.equal((await describe.tool.observe(none, contextOf(describe))).status, 'no_data');
  } finally {
    await describe.close();
  }
});

test('a session is opened once for many reads of a place', async () => {
  const describe = await subject();
  try {
    for (let read = 0; read < 3; read += 1) {
      await describe.tool.observe(describe.input, contextOf(describe));
    }
    const assumed = (await describe.world.calls()).filter(
      ({ eventName }) => eventName === 'AssumeRole',
    );
    assert.equal(assumed.length, 1);
    assert.match(String(assumed[0]?.requestParameters['Policy']), /"ec2:DescribeInstances"/);
  } finally {
    await describe.close();
  }
});

function contextOf({ scopeAccounts }: { readonly scopeAccounts: readonly string[] }) {
  return { caseId: 'case_1', scopeAccounts, signal: AbortSignal.timeout(20_000) };
}
