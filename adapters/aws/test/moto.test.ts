import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { MOTO_MISSING, startMoto } from '../../../tools/peers/moto.ts';
import {
  createAwsSessions,
  describeInstancesTool,
  stopInstancesPerformer,
  stopInstancesPlanner,
} from '../src/index.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

async function motoWith(t: TestContext, count: number) {
  const moto = await startMoto();
  if (!moto) {
    t.skip(MOTO_MISSING);
    return undefined;
  }
  t.after(() => moto.stop());
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ec2 = new EC2Client({ endpoint: moto.url, region: REGION, credentials });
  const { Instances: started = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: 'p4d.24xlarge',
      MinCount: count,
      MaxCount: count,
    }),
  );
  ec2.destroy();
  const sessions = createAwsSessions({
    endpoint: moto.url,
    region: REGION,
    roleArn: 'arn:aws:iam::{account}:role/counterfoil-write',
    credentials,
  });
  t.after(() => sessions.close());
  return { moto, sessions, credentials, ids: started.map(({ InstanceId }) => InstanceId ?? '') };
}

test('an AWS that we did not write accepts the plan, the stop and the reads', async (t) => {
  const peer = await motoWith(t, 2);
  if (!peer) return;
  const { sessions, ids } = peer;
  const context = { account: ACCOUNT, region: REGION, scopeAccounts: [ACCOUNT] };
  const performing = { ...context, idempotencyKey: 'cf-moto-1', caseId: 'case_1' };
  const planner = stopInstancesPlanner(sessions);
  const performer = stopInstancesPerformer(sessions);
  const parameters = planner.parse({ instanceIds: ids });
  const plan = await planner.plan(parameters, context);
  assert.deepEqual(plan.blastRadius.targets, ids);
  assert.deepEqual(await performer.preconditions(parameters, context), plan.preconditions);
  assert.equal((await performer.reconcile(parameters, performing)).type, 'not_performed');
  const effect = await performer.execute(parameters, performing);
  assert.equal(effect.reference, 'cf-moto-1');
  assert.equal((await performer.reconcile(parameters, performing)).type, 'performed');
  assert.equal((await performer.verify(parameters, effect, performing)).status, 'confirmed');
  const signal = AbortSignal.timeout(20_000);
  const input = { account: ACCOUNT, region: REGION, instanceIds: ids };
  const toolContext = { caseId: 'case_1', scopeAccounts: [ACCOUNT], signal };
  const { facts } = await describeInstancesTool(sessions).observe(input, toolContext);
  assert.equal(facts['instances.found'], 2);
  assert.equal(facts['instances.running'], 0);
  assert.equal(facts['instances.types'], 'p4d.24xlarge');
});

test('ambient credentials of another account than the target are noticed before anything is asked', async (t) => {
  const peer = await motoWith(t, 1);
  if (!peer) return;
  const { moto, credentials, ids } = peer;
  const ambient = createAwsSessions({ endpoint: moto.url, region: REGION, credentials });
  t.after(() => ambient.close());
  const performer = stopInstancesPerformer(ambient);
  const parameters = performer.parse({ instanceIds: ids });
  const at = (account: string) => ({ account, region: REGION, scopeAccounts: [account] });
  assert.equal((await performer.preconditions(parameters, at(ACCOUNT))).length, 1);
  await assert.rejects(() => performer.preconditions(parameters, at('111122223333')), {
    code: 'ACCOUNT_MISMATCH',
    class: 'permission',
  });
});
