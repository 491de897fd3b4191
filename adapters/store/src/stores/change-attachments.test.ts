import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openScenario, type Scenario } from '../testing/scenario.ts';

let scenario: Scenario;
before(async () => (scenario = await openScenario()));
after(() => scenario.close());

test('the newest change of an account and kind counts, that of the kind before that of all kinds', async () => {
  const { changeAttachments: operator } = scenario.as.cf_operator;
  const { changeAttachments: agent } = scenario.as.cf_agent;
  assert.equal(await agent.find('111', 'k'), null);
  await operator.attach({ account: '111', kind: null }, 'CHG0001');
  await operator.attach({ account: '222', kind: null }, 'CHG0002');
  assert.equal(await agent.find('111', 'k'), 'CHG0001');
  await operator.attach({ account: '111', kind: 'k' }, 'CHG0003');
  await operator.attach({ account: '111', kind: 'k' }, 'CHG0004');
  assert.equal(await agent.find('111', 'k'), 'CHG0004');
  assert.equal(await agent.find('111', 'other'), 'CHG0001');
  await operator.attach({ account: '111', kind: 'k' }, null);
  assert.equal(await agent.find('111', 'k'), 'CHG0001');
  const standing = await operator.list();
  assert.deepEqual(
    standing.map(({ account, kind, changeId }) => [account, kind, changeId]),
    [
      ['111', null, 'CHG0001'],
      ['222', null, 'CHG0002'],
    ],
  );
});

test('only the operator attaches, and what can be no id is refused', async () => {
  for (const role of ['cf_agent', 'cf_executor', 'cf_server', 'cf_lake', 'cf_log'] as const) {
    const { changeAttachments } = scenario.as[role];
    await assert.rejects(changeAttachments.attach({ account: '1', kind: null }, 'CHG1'), role);
  }
  const { changeAttachments } = scenario.as.cf_operator;
  await assert.rejects(changeAttachments.attach({ account: '1', kind: null }, '^active=true'));
});
