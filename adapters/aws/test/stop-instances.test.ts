import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError, LimitError, PermissionError, UpstreamError } from '@counterfoil/core';
import { startTemporaryWorld, type Fault, type TemporaryWorld } from '@counterfoil/simulator';
import { testActionContract } from '@counterfoil/testkit';
import { createAwsSessions, stopInstancesPerformer, stopInstancesPlanner } from '../src/index.ts';

async function subject(world?: TemporaryWorld) {
  const running = world ?? (await startTemporaryWorld());
  const gpu = running.organisation.incidents.find(({ kind }) => kind === 'forgotten_gpu_instances');
  assert.ok(gpu);
  const { subAccountId: account, regionId: region, resourceIds } = gpu;
  const readSessions = createAwsSessions(running.connections.readSession);
  const writeSessions = createAwsSessions(running.connections.writeSession);
  const parameters = { instanceIds: resourceIds.map((arn) => arn.split('/')[1] ?? '') };
  return {
    world: running,
    planner: stopInstancesPlanner(readSessions),
    performer: stopInstancesPerformer(writeSessions),
    readSessions,
    parameters,
    arns: resourceIds,
    context: { account, region, scopeAccounts: [account] },
    performing: {
      account,
      region,
      scopeAccounts: [account],
      idempotencyKey: 'cf-0123456789abcdef',
      caseId: 'case_1',
    },
    parametersTooMany: {
      instanceIds: Array.from({ length: 6 }, (_, index) => `i-0000000000000000${index}`),
    },
    outside: async () => (await running.inbox()).instances,
    effects: async () => {
      const { instances } = await running.inbox();
      return new Set(instances.flatMap(({ changedAt }) => changedAt ?? [])).size;
    },
    close: async () => {
      readSessions.close();
      writeSessions.close();
      await running.close();
    },
  };
}

const stopFault = (kind: Fault['kind'], delayMs = 0): Fault => ({
  service: 'aws',
  operation: 'StopInstances',
  kind,
  delayMs,
  times: 1,
});

testActionContract('stop instances', () => subject());

test('the session of a stop can do that one call on those instances and names the action', async () => {
  const stop = await subject();
  try {
    await stop.performer.execute(stop.parameters, stop.performing);
    const calls = await stop.world.calls();
    const assumed = calls.find(({ sourceIdentity }) => sourceIdentity === 'cf-0123456789abcdef');
    assert.equal(assumed?.eventName, 'AssumeRole');
    assert.deepEqual(JSON.parse(String(assumed?.requestParameters['Policy'])), {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['ec2:StopInstances'], Resource: stop.arns }],
    });
    const stopped = calls.filter(({ eventName }) => eventName === 'StopInstances');
    assert.deepEqual(
      stopped.map(({ errorCode, sourceIdentity }) => ({ errorCode, sourceIdentity })),
      [{ errorCode: null, sourceIdentity: 'cf-0123456789abcdef' }],
    );
  } finally {
    await stop.close();
  }
});

test("the agent's own role cannot stop anything, nor assume the role that can", async () => {
  const stop = await subject();
  try {
    const asAgent = stopInstancesPerformer(stop.readSessions);
    await assert.rejects(() => asAgent.execute(stop.parameters, stop.performing), PermissionError);
    const { readSession, writeSession } = stop.world.connections;
    const greedy = createAwsSessions({ ...readSession, roleArn: writeSession.roleArn });
    await assert.rejects(
      () => stopInstancesPerformer(greedy).execute(stop.parameters, stop.performing),
      { code: 'IAM_DENIED', class: 'permission' },
    );
    greedy.close();
    assert.equal(await stop.effects(), 0);
  } finally {
    await stop.close();
  }
});

test('an answer that is lost leaves the outcome open, and one read finds the effect', async () => {
  const stop = await subject();
  try {
    await stop.world.addFault(stopFault('drop_after'));
    await assert.rejects(
      () => stop.performer.execute(stop.parameters, stop.performing),
      UpstreamError,
    );
    const found = await stop.performer.reconcile(stop.parameters, stop.performing);
    assert.equal(found.type, 'performed');
    assert.equal(await stop.effects(), 1);
    const calls = await stop.world.calls();
    assert.equal(calls.filter(({ eventName }) => eventName === 'StopInstances').length, 1);
  } finally {
    await stop.close();
  }
});

test('a call that never arrived, was throttled or failed is not sent a second time by the client', async () => {
  const stop = await subject();
  try {
    for (const [kind, code] of [
      ['drop_before', 'UNAVAILABLE'],
      ['throttle', 'THROTTLED'],
      ['error', 'UNAVAILABLE'],
    ] as const) {
      await stop.world.addFault(stopFault(kind));
      await assert.rejects(() => stop.performer.execute(stop.parameters, stop.performing), {
        code,
        class: 'upstream',
      });
      const found = await stop.performer.reconcile(stop.parameters, stop.performing);
      assert.equal(found.type, 'not_performed');
    }
    assert.equal(await stop.effects(), 0);
  } finally {
    await stop.close();
  }
});

test('one of two instances stopped by somebody else is neither done nor undone', async () => {
  const stop = await subject();
  try {
    const [first = ''] = stop.parameters.instanceIds;
    await stop.performer.execute({ instanceIds: [first] }, stop.performing);
    const found = await stop.performer.reconcile(stop.parameters, stop.performing);
    assert.equal(found.type, 'unknown');
    await assert.rejects(() => stop.planner.plan(stop.parameters, stop.context), {
      code: 'INSTANCE_NOT_STOPPABLE',
    });
  } finally {
    await stop.close();
  }
});

test('the precondition changes when the instance does', async () => {
  const stop = await subject();
  try {
    const before = await stop.performer.preconditions(stop.parameters, stop.context);
    await stop.performer.execute(stop.parameters, stop.performing);
    const after = await stop.performer.preconditions(stop.parameters, stop.context);
    assert.notEqual(before[0]?.stateSha256, after[0]?.stateSha256);
    assert.match(before[0]?.stateSha256 ?? '', /^[0-9a-f]{64}$/);
  } finally {
    await stop.close();
  }
});

test('a target of another account, outside the scope, unknown or malformed is refused', async () => {
  const stop = await subject();
  try {
    const { planner, context } = stop;
    const elsewhere = ['arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0'];
    await assert.rejects(() => planner.plan({ instanceIds: elsewhere }, context), {
      code: 'TARGET_ELSEWHERE',
    });
    await assert.rejects(() => planner.plan(stop.parameters, { ...context, scopeAccounts: [] }), {
      code: 'OUT_OF_SCOPE',
    });
    const unknown = { instanceIds: ['i-0123456789abcdef0'] };
    await assert.rejects(() => planner.plan(unknown, context), { code: 'INSTANCE_UNKNOWN' });
    for (const instanceIds of [[], ['i-1'], ['i-0123456789abcdef0; rm'], 'i-0123456789abcdef0']) {
      assert.throws(() => planner.parse({ instanceIds }), InputError);
    }
    assert.throws(() => planner.parse({ instanceIds: [...elsewhere, ...unknown.instanceIds] }), {
      code: 'TARGETS',
    });
  } finally {
    await stop.close();
  }
});

test('five targets pass and their ARNs fit into one session policy', async () => {
  const stop = await subject();
  try {
    const instanceIds = stop.parametersTooMany.instanceIds.slice(0, 5);
    assert.deepEqual(stop.planner.parse({ instanceIds }), { instanceIds });
    await assert.rejects(
      () => stop.performer.execute({ instanceIds }, stop.performing),
      (error) => !(error instanceof LimitError) && error instanceof InputError,
    );
  } finally {
    await stop.close();
  }
});
