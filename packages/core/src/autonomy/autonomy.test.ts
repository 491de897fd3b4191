import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveAutonomy, factualCaps, type AutonomyLevel } from '../policy/autonomy.ts';
import { countedSinceMs, isOpen, type BreakerOpening } from './breaker.ts';
import { configuredLevel, earnedLevel, standingOf, type AutonomyAct } from './earned.ts';
import { judgeEvidence, type AutonomyEvidence } from './evidence.ts';
import { trialsNeeded, wilsonInterval } from './interval.ts';

const rules = {
  accuracyMin: { approve: 0.8, autonomous: 0.9 },
  reviewsMin: 50,
  falsePositivesMax: 0.1,
};
const none: AutonomyEvidence = { right: 0, wrong: 0, effects: 0, falsePositives: 0 };
const seen = (right: number, wrong: number): AutonomyEvidence => ({ ...none, right, wrong });
const scope = { release: 'r1', environment: 'sandbox', kind: 'k' };

test('the interval is the published one, and knows nothing without trials', () => {
  // Wilson's interval as scipy.stats.binomtest(k, n).proportion_ci(method='wilson') gives it.
  const near = (given: number, due: number) => assert.ok(Math.abs(given - due) < 5e-5, `${given}`);
  near(wilsonInterval(9, 10).lower, 0.59585);
  near(wilsonInterval(9, 10).upper, 0.98213);
  near(wilsonInterval(50, 50).lower, 0.92865);
  assert.equal(wilsonInterval(50, 50).upper, 1);
  assert.equal(wilsonInterval(0, 5).lower, 0);
  assert.deepEqual(wilsonInterval(0, 0), { lower: 0, upper: 1 });
});

test('the trials that are needed are the fewest whose flawless record is enough', () => {
  for (const share of [0.5, 0.8, 0.9, 0.95]) {
    const trials = trialsNeeded(share);
    assert.ok(wilsonInterval(trials, trials).lower >= share);
    assert.ok(wilsonInterval(trials - 1, trials - 1).lower < share);
  }
});

test('fifty right of fifty bear autonomy out, forty-nine do not, and forty-six bear approval out', () => {
  assert.equal(judgeEvidence('autonomous', seen(50, 0), rules).type, 'holds');
  assert.equal(judgeEvidence('autonomous', seen(49, 1), rules).type, 'degraded');
  assert.equal(judgeEvidence('approve', seen(46, 4), rules).type, 'holds');
  assert.equal(judgeEvidence('approve', seen(45, 5), rules).type, 'degraded');
});

test('few decisions are thin evidence, unless even the upper bound is too low', () => {
  assert.equal(judgeEvidence('approve', seen(3, 1), rules).type, 'thin');
  assert.equal(judgeEvidence('approve', seen(0, 4), rules).type, 'thin');
  assert.equal(judgeEvidence('approve', seen(0, 5), rules).type, 'degraded');
  assert.equal(judgeEvidence('copilot', seen(0, 500), rules).type, 'holds');
});

test('false positives degrade a level only when they are surely too many', () => {
  const effects = (falsePositives: number) => ({ ...none, effects: 20, falsePositives });
  assert.equal(judgeEvidence('approve', effects(4), rules).type, 'thin');
  assert.equal(judgeEvidence('approve', effects(6), rules).type, 'degraded');
  const all = (count: number) => ({ ...none, effects: count, falsePositives: count });
  assert.equal(judgeEvidence('approve', all(4), rules).type, 'thin');
  assert.equal(judgeEvidence('approve', all(5), rules).type, 'degraded');
});

test('a level falls to copilot upon degraded evidence since the newest act, and on nothing older', () => {
  const standing = { level: 'approve' as const };
  const bad = seen(0, 5);
  const fell = earnedLevel(standing, { sinceAct: bad, inWindow: bad }, rules);
  assert.deepEqual([fell.level, fell.falls], ['copilot', true]);
  const raised = earnedLevel(standing, { sinceAct: none, inWindow: bad }, rules);
  assert.deepEqual([raised.level, raised.falls], ['approve', false]);
});

test('autonomy is upheld only while the window bears it out', () => {
  const standing = { level: 'autonomous' as const };
  const held = earnedLevel(standing, { sinceAct: none, inWindow: seen(50, 0) }, rules);
  assert.deepEqual(held, { level: 'autonomous', reason: null, falls: false });
  const thin = earnedLevel(standing, { sinceAct: none, inWindow: seen(20, 0) }, rules);
  assert.deepEqual([thin.level, thin.falls], ['approve', false]);
});

test('the newest act upon a scope is its standing, and other scopes do not matter', () => {
  const act = (actId: string, level: AutonomyLevel, kind = 'k'): AutonomyAct => ({
    ...{ type: 'set', ...scope, kind, actId, level, atMs: 5 },
  });
  const acts = [act('a', 'autonomous'), act('b', 'copilot'), act('c', 'observe', 'other')];
  assert.deepEqual(standingOf(acts, scope, 'approve'), {
    ...{ level: 'copilot', actId: 'b', sinceMs: 5 },
  });
  assert.equal(standingOf([], scope, 'approve').level, 'approve');
});

test('of the configured levels the lowest that speaks of a scope holds', () => {
  const limits = [
    { kind: 'k', level: 'approve' },
    { environment: 'production', level: 'observe' },
    { release: 'r1', kind: 'other', level: 'observe' },
  ] as const;
  assert.equal(configuredLevel('autonomous', limits, scope), 'approve');
  assert.equal(configuredLevel('copilot', limits, scope), 'copilot');
  const production = { ...scope, environment: 'production' };
  assert.equal(configuredLevel('autonomous', limits, production), 'observe');
});

test('every cap holds, and good facts cap nothing', () => {
  const good = {
    complete: true,
    killed: false,
    dataQuality: { tagCoveragePercent: 90, conformant: 'yes', reconciled: 'yes' },
  } as const;
  assert.deepEqual(factualCaps(good), []);
  const levelOf = (facts: Parameters<typeof factualCaps>[0]) =>
    effectiveAutonomy({
      configured: 'autonomous',
      earned: 'autonomous',
      caps: factualCaps(facts),
    });
  assert.equal(levelOf(good), 'autonomous');
  assert.equal(levelOf({ ...good, complete: false }), 'approve');
  assert.equal(levelOf({ ...good, killed: true }), 'observe');
  const { dataQuality } = good;
  for (const worse of [
    { tagCoveragePercent: 89.9 },
    { tagCoveragePercent: Number.NaN },
    { conformant: 'unknown' },
    { reconciled: 'no' },
  ] as const) {
    assert.equal(levelOf({ ...good, dataQuality: { ...dataQuality, ...worse } }), 'approve');
  }
});

test('a breaker is open until its window ends or somebody closes it, and counts from the closing', () => {
  const opening: BreakerOpening = {
    ...{ openingId: 'o', breaker: 'b', release: 'r1', kind: 'k' },
    ...{ openedAtMs: 100, untilMs: 200, measured: 3, max: 2, closedAtMs: null },
  };
  assert.ok(isOpen(opening, 199));
  assert.ok(!isOpen(opening, 200));
  const closed = { ...opening, closedAtMs: 150 };
  assert.ok(!isOpen(closed, 160));
  const subject = { release: 'r1', kind: 'k', nowMs: 180 };
  const breaker = { name: 'b', windowMs: 100 };
  assert.equal(countedSinceMs(breaker, [opening], subject), 80);
  assert.equal(countedSinceMs(breaker, [closed], subject), 150);
  assert.equal(countedSinceMs(breaker, [{ ...closed, kind: 'other' }], subject), 80);
});
