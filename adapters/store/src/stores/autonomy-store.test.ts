import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  ActionUse,
  AutonomyFall,
  AutonomyShadow,
  Digest,
  JsonObject,
  PolicyDecision,
  ReleaseManifest,
} from '@counterfoil/core';
import { openScenario, type Scenario } from '../testing/scenario.ts';
import { ROLES, type Role } from '../migrations/roles.ts';

let scenario: Scenario;
before(async () => (scenario = await openScenario()));
after(() => scenario.close());

const scope = { release: 'r1', environment: 'test', kind: 'test.act' };
const others = (...own: readonly Role[]) => ROLES.filter((role) => !own.includes(role));
const setting = (actId: string): JsonObject => ({
  ...{ type: 'ed25519', signature: 'c2lnbmVk' },
  statement: { ...scope, actId, level: 'autonomous', comment: 'text \u0000' },
});
const markOf = (digest: Digest, mark: string): JsonObject => ({
  ...{ type: 'ed25519', signature: 'c2lnbmVk' },
  statement: { digest, mark },
});

async function decide(caseId: string, digests: readonly Digest[]): Promise<void> {
  const { cases } = scenario.as.cf_executor;
  for (const digest of digests) {
    const state = await cases.load(caseId);
    const decision: PolicyDecision = {
      ...{ decisionId: 'd', policyIds: ['p'], policyBundleSha256: 'a'.repeat(64) },
      ...{ type: 'deny', reason: 'a test' },
    };
    const versionExpected = state?.version ?? 0;
    const events = [{ type: 'policy_decided', digest, decision }] as const;
    const result = await cases.commit({ caseId, versionExpected, events, jobs: [] });
    assert.equal(result.type, 'committed');
  }
}

async function close(caseId: string): Promise<void> {
  const { cases } = scenario.as.cf_executor;
  const state = await cases.load(caseId);
  const events = [{ type: 'case_closed', reason: 'a test' }] as const;
  await cases.commit({ caseId, versionExpected: state?.version ?? 0, events, jobs: [] });
}

describe('acts upon levels of autonomy', () => {
  it('are given back as recorded, signed levels and falls in the order of the log', async () => {
    const fall: AutonomyFall = {
      ...{ ...scope, actId: 'fell_1' },
      ...{ from: 'autonomous', level: 'copilot', reason: 'x' },
    } as const;
    await scenario.as.cf_operator.autonomy.set(setting('a1'));
    await scenario.as.cf_executor.autonomy.fall(fall);
    await scenario.as.cf_executor.autonomy.fall(fall);
    await scenario.as.cf_operator.autonomy.set(setting('a2'));
    for (const role of ['cf_executor', 'cf_operator', 'cf_server'] as const) {
      const acts = await scenario.as[role].autonomy.acts();
      const shown = acts.map((act) => (act.type === 'set' ? act.signed : act.fall));
      assert.deepEqual(shown, [setting('a1'), fall, setting('a2')], role);
    }
    await assert.rejects(scenario.as.cf_operator.autonomy.set(setting('a1')));
  });

  it('are set by the operator alone, and fall by the executor alone', async () => {
    const fall: AutonomyFall = {
      ...scope,
      actId: 'f',
      from: 'approve',
      level: 'copilot',
      reason: 'x',
    } as const;
    for (const role of others('cf_operator')) {
      await assert.rejects(scenario.as[role].autonomy.set(setting('x')), role);
    }
    for (const role of others('cf_executor')) {
      await assert.rejects(scenario.as[role].autonomy.fall(fall), role);
    }
  });
});

describe('marks of decisions', () => {
  it('name what the database read of the action, and the salt of the decision', async () => {
    const [first, second] = await scenario.propose('marked', ['m1', 'm2']);
    assert.ok(first && second);
    const { autonomy } = scenario.as.cf_operator;
    await assert.rejects(autonomy.mark(first, markOf(first, 'right')), {
      code: 'DECISION_UNKNOWN',
    });
    await decide('marked', [first, second]);
    await close('marked');
    await autonomy.mark(second, markOf(second, 'wrong'));
    for (const role of others('cf_operator')) {
      await assert.rejects(scenario.as[role].autonomy.mark(first, markOf(first, 'right')), role);
    }
    const marks = await scenario.as.cf_executor.autonomy.marks(0);
    const [mark] = marks;
    assert.equal(marks.length, 1);
    assert.deepEqual(mark?.signed, markOf(second, 'wrong'));
    const { release, environment, kind, onBehalfOf } = mark ?? {};
    assert.deepEqual(
      { release, environment, kind, onBehalfOf },
      { ...scope, onBehalfOf: 'schedule' },
    );
    assert.ok((mark?.sampleSalt.length ?? 0) >= 22);
    assert.deepEqual(await scenario.as.cf_executor.autonomy.marks(Date.now() + 60_000), []);
    const decisions = await autonomy.decisions(0);
    const own = decisions.filter(({ caseId }) => caseId === 'marked');
    assert.deepEqual(
      own.map(({ digest, answered, status }) => [digest, answered, status]),
      [first, second].map((digest) => [digest, 'deny', 'refused']),
    );
    assert.equal(own[1]?.sampleSalt, mark?.sampleSalt);
  });
});

describe('circuit breakers', () => {
  it('count what was granted to a release and a kind since a time, and every call of a tool', async () => {
    const [first, second, third] = await scenario.propose('used', ['u1', 'u2', 'u3']);
    assert.ok(first && second && third);
    const { use, autonomy } = scenario.as.cf_executor;
    const useOf = (digest: Digest): ActionUse => ({
      ...{ digest, class: 'cloud', kind: 'test.act', account: '1' },
      ...{ amountCents: 150, currency: 'USD' },
    });
    await use.reserve(useOf(first));
    await use.reserve(useOf(second));
    const subject = { release: 'r1', kind: 'test.act' };
    const granted = await autonomy.granted(subject, 0);
    assert.deepEqual(granted, { remediations: 2, cents: new Map([['USD', 300n]]) });
    const counts = await scenario.as.cf_operator.autonomy.actionCounts(0);
    const proposed = counts.filter(({ status }) => status === 'proposed');
    assert.deepEqual(proposed, [{ ...scope, status: 'proposed', count: 3 }]);
    assert.deepEqual(await autonomy.actionCounts(Date.now() + 60_000), []);
    assert.deepEqual(await autonomy.toolCallCounts(0), []);
    const other = await autonomy.granted({ release: 'r2', kind: 'test.act' }, 0);
    assert.equal(other.remediations, 0);
    assert.equal((await autonomy.granted(subject, Date.now() + 60_000)).remediations, 0);
    assert.equal(await autonomy.toolCalls(0), 0);
    assert.deepEqual(
      (await autonomy.effects(0)).filter(({ digest }) => digest === third),
      [],
    );
  });

  it('are opened by the executor, closed by the operator, and keep every closing', async () => {
    const opening = {
      ...{ openingId: 'b1', breaker: 'b', release: 'r1', kind: 'k' },
      ...{ untilMs: Date.now() + 60_000, measured: 3, max: 2 },
    };
    await scenario.as.cf_executor.autonomy.open(opening);
    await scenario.as.cf_executor.autonomy.open(opening);
    const closing: JsonObject = { statement: { openingId: 'b1' } };
    await scenario.as.cf_operator.autonomy.close('b1', closing);
    const [recorded, ...more] = await scenario.as.cf_executor.autonomy.openings(0);
    assert.equal(more.length, 0);
    assert.ok(recorded);
    const { openedAtMs, ...rest } = recorded.opening;
    assert.deepEqual(rest, opening);
    assert.ok(openedAtMs > 0);
    assert.deepEqual(
      recorded.closings.map(({ signed }) => signed),
      [closing],
    );
    for (const role of others('cf_executor')) {
      const another = { ...opening, openingId: `x-${role}` };
      await assert.rejects(scenario.as[role].autonomy.open(another), role);
    }
    for (const role of others('cf_operator')) {
      await assert.rejects(scenario.as[role].autonomy.close('b1', closing), role);
    }
  });
});

describe('agent releases', () => {
  it('are recorded by the agent when the contents under a name are others than before', async () => {
    const manifest: ReleaseManifest = {
      ...{ v: 1, name: 'r1', tools: [], actionKinds: [], modelId: null, promptSha256: null },
      ...{ playbooksSha256: 'p', causesSha256: 'c', policyBundleSha256: 'b', parameters: {} },
    };
    const release = (digit: string) => ({
      ...{ name: 'r1', releaseSha256: digit.repeat(64), manifest },
    });
    const { autonomy } = scenario.as.cf_agent;
    for (const digit of ['a', 'a', 'b', 'a', 'a']) await autonomy.recordRelease(release(digit));
    for (const role of ['cf_executor', 'cf_operator', 'cf_server', 'cf_agent'] as const) {
      const releases = await scenario.as[role].autonomy.releases();
      assert.deepEqual(
        releases.map(({ atMs: _, ...rest }) => rest),
        ['a', 'b', 'a'].map(release),
      );
    }
    for (const role of others('cf_agent')) {
      await assert.rejects(scenario.as[role].autonomy.recordRelease(release('f')), role);
    }
  });
});

describe('shadow decisions', () => {
  it('are recorded once for an action and stand beside its decision', async () => {
    const [digest] = await scenario.propose('raised', ['r1']);
    assert.ok(digest);
    await decide('raised', [digest]);
    await close('raised');
    const shadow: AutonomyShadow = {
      ...{ ...scope, digest, level: 'copilot', answered: 'deny: a' },
      ...{ shadowLevel: 'approve', shadowAnswered: 'require_approval: b' },
    } as const;
    const { autonomy } = scenario.as.cf_executor;
    await autonomy.recordShadow(shadow, 'raised');
    await autonomy.recordShadow(shadow, 'raised');
    const decisions = await scenario.as.cf_operator.autonomy.decisions(0);
    assert.deepEqual(decisions.find((one) => one.digest === digest)?.shadow, shadow);
    await assert.rejects(scenario.as.cf_operator.autonomy.recordShadow(shadow, 'raised'));
  });
});
