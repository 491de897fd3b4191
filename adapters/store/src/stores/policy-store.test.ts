import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { JsonObject, PolicyQuestion } from '@counterfoil/core';
import { openScenario, type Scenario } from '../testing/scenario.ts';

let scenario: Scenario;
before(async () => (scenario = await openScenario()));
after(() => scenario.close());

const hashOf = (digit: string) => digit.repeat(64);
const signed = (change: string, digit: string): JsonObject => ({
  type: 'ed25519',
  signature: 'c2lnbmVk',
  statement: { changeId: change, bundleSha256: hashOf(digit), comment: 'text \u0000 "x"' },
});
const files = { 'schema.cedarschema': 'namespace X {}', 'a.cedar': '// é' };

describe('changes of the policies', () => {
  it('are given back as they were signed, in the order of the log', async () => {
    const { policies } = scenario.as.cf_operator;
    assert.deepEqual(await policies.acts(), []);
    assert.equal(await policies.newestSha256(), null);
    await policies.propose('c1', signed('c1', 'a'), files);
    await policies.approve('c1', signed('c1', 'a'));
    await policies.propose('c2', signed('c2', 'b'), files);
    await policies.activate('c1');
    for (const role of ['cf_operator', 'cf_executor', 'cf_server'] as const) {
      const acts = await scenario.as[role].policies.acts();
      const shown = acts.map((act) => (act.type === 'activated' ? act.changeId : act.signed));
      assert.deepEqual(
        shown,
        [signed('c1', 'a'), signed('c1', 'a'), signed('c2', 'b'), 'c1'],
        role,
      );
    }
    const { policies: executor } = scenario.as.cf_executor;
    assert.deepEqual(await executor.files(hashOf('b')), files);
    assert.equal(await executor.files(hashOf('f')), null);
    assert.equal(await scenario.as.cf_agent.policies.newestSha256(), hashOf('a'));
  });

  it('are recorded by the operator alone, and never twice under one name', async () => {
    for (const role of ['cf_agent', 'cf_executor', 'cf_server', 'cf_lake', 'cf_log'] as const) {
      const { policies } = scenario.as[role];
      await assert.rejects(policies.propose('x', signed('x', 'a'), files), role);
      await assert.rejects(policies.approve('c1', signed('c1', 'a')), role);
      await assert.rejects(policies.activate('c1'), role);
      await assert.rejects(policies.chooseShadow(null), role);
    }
    const { policies } = scenario.as.cf_operator;
    await assert.rejects(policies.propose('c1', signed('c1', 'c'), files));
    await assert.rejects(policies.approve('none', signed('none', 'a')));
  });
});

describe('a bundle that is asked beside the one in effect', () => {
  it('is chosen and unchosen by the operator', async () => {
    const { policies } = scenario.as.cf_operator;
    const { policies: executor } = scenario.as.cf_executor;
    assert.equal(await executor.shadow(), null);
    await policies.chooseShadow({ bundleSha256: hashOf('e'), files });
    assert.deepEqual(await executor.shadow(), { bundleSha256: hashOf('e'), files });
    await policies.chooseShadow(null);
    assert.equal(await executor.shadow(), null);
  });

  it('has its answers recorded once for an action, newest first', async () => {
    const [first, second] = await scenario.propose('shadowed', ['s1', 's2']);
    assert.ok(first && second);
    const answer = (digest: typeof first) => ({
      digest,
      shadowSha256: hashOf('e'),
      policyBundleSha256: hashOf('a'),
      answered: 'allow: a',
      shadowAnswered: 'deny: b',
    });
    const { policies } = scenario.as.cf_executor;
    await policies.recordShadow(answer(first), 'shadowed');
    await policies.recordShadow(answer(first), 'shadowed');
    await policies.recordShadow(answer(second), 'shadowed');
    const answers = await scenario.as.cf_operator.policies.shadowAnswers(10);
    assert.deepEqual(
      answers.map(({ at: _, ...rest }) => rest),
      [answer(second), answer(first)],
    );
    await assert.rejects(scenario.as.cf_operator.policies.recordShadow(answer(second), 'shadowed'));
  });
});

describe('what the policies were asked', () => {
  it('is given back about an action, the newest question first', async () => {
    const [digest, other] = await scenario.propose('asked', ['q1', 'q2']);
    assert.ok(digest && other);
    const base = { decisionId: 'd', policyIds: ['p'], policyBundleSha256: hashOf('a') } as const;
    const decision = { ...base, type: 'allow' } as const;
    const question = (targets: number) => ({ targets }) as unknown as PolicyQuestion;
    const { policies } = scenario.as.cf_executor;
    for (const targets of [1, 2]) {
      await policies.recordQuestion({ digest, question: question(targets), decision });
    }
    await policies.recordQuestion({ digest: other, question: question(3), decision });
    const operator = scenario.as.cf_operator.policies;
    assert.deepEqual((await operator.questionAbout(digest))?.question, question(2));
    const newest = await operator.questions(2);
    assert.deepEqual(
      newest.map((each) => each.question),
      [question(3), question(2)],
    );
    await assert.rejects(operator.recordQuestion({ digest, question: question(1), decision }));
  });
});
