import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectedAnomaly } from '../detection/index.ts';
import { concentration } from './concentration.ts';
import { addDays, daysBetween, daysFrom, isoWeekday } from './days.ts';
import { changePercent, quotientText, ratio } from './decimal.ts';
import { withoutExplained } from './explained-by-innocent.ts';
import { comparisonOf } from './window.ts';

const UNIT = 10n ** 18n;

describe('exact quotients', () => {
  for (const [units, divisor, text] of [
    [UNIT, 3n, '0.333333'],
    [2n * UNIT, 3n, '0.666667'],
    [-2n * UNIT, 3n, '-0.666667'],
    [UNIT / 2_000_000n, 1n, '0.000001'],
    [UNIT / 2_000_000n - 1n, 1n, '0.000000'],
    [-1n, 1n, '0.000000'],
    [12_345n * UNIT, 1n, '12345.000000'],
  ] as const) {
    it(`writes ${units}/${divisor} as ${text}`, () =>
      assert.equal(quotientText(units, divisor), text));
  }

  it('rounds ratios to the digits asked for, and takes nothing of nothing as zero', () => {
    assert.equal(ratio(2n, 3n, 4), 0.6667);
    assert.equal(ratio(-2n, 3n, 1), -0.7);
    assert.equal(ratio(1n, 0n, 4), 0);
  });

  it('gives a change in percent the sign of the change, also where credits were expected', () => {
    assert.equal(changePercent(6n, 3n), 200);
    assert.equal(changePercent(-6n, 3n), -200);
    assert.equal(changePercent(6n, -3n), 200);
    assert.equal(changePercent(6n, 0n), null);
  });
});

describe('days', () => {
  it('crosses months and leap days in UTC', () => {
    assert.equal(addDays('2024-02-28', 1), '2024-02-29');
    assert.equal(addDays('2026-03-01', -1), '2026-02-28');
    assert.equal(daysBetween('2026-03-28', '2026-03-30'), 2);
    assert.deepEqual(daysFrom('2026-03-31', '2026-04-01'), ['2026-03-31', '2026-04-01']);
    assert.equal(isoWeekday('2026-11-22'), 7);
    assert.equal(isoWeekday('2026-11-23'), 1);
  });
});

describe('the comparison window', () => {
  it('takes four whole weeks before the onset, each weekday as often as in the change', () => {
    const comparison = comparisonOf('2026-01-01', '2026-03-02', '2026-03-10');
    assert.equal(comparison.baselineFrom, '2026-02-02');
    assert.equal(comparison.daysCount, 9);
    assert.deepEqual(comparison.weekdayWeights, [2, 2, 1, 1, 1, 1, 1]);
    assert.equal(comparison.divisor, 36);
  });

  it('counts all days alike with less than a week of history, and expects nothing with none', () => {
    const few = comparisonOf('2026-02-27', '2026-03-02', '2026-03-02');
    assert.deepEqual([few.baselineFrom, few.divisor], ['2026-02-27', 3]);
    assert.deepEqual(few.weekdayWeights, [1, 1, 1, 1, 1, 1, 1]);
    assert.equal(comparisonOf('2026-03-02', '2026-03-02', '2026-03-02').divisor, 0);
  });
});

describe('concentration', () => {
  const cube = (actual: readonly number[]) => ({
    dimensions: ['usageType', 'resourceId'],
    values: [
      ['a', 'b'],
      ['x', 'y', 'z'],
    ],
    codes: [Int32Array.of(0, 0, 1), Int32Array.of(0, 1, 2)],
    actual: Float64Array.from(actual),
    expected: new Float64Array(3),
  });

  it('names what holds nine tenths of the movement, and nothing that holds less', () => {
    assert.deepEqual(concentration(cube([45, 45, 10])).where, { usageType: 'a' });
    assert.deepEqual(concentration(cube([45, 44, 11])).where, {});
    assert.deepEqual(concentration(cube([95, 0, 5])).where, { usageType: 'a', resourceId: 'x' });
    assert.equal(concentration(cube([45, 45, 10])).share, 0.9);
  });

  it('names nothing where nothing moved', () => {
    assert.deepEqual(concentration(cube([0, 0, 0])), { where: {}, share: 0 });
  });
});

describe('changes that innocent ones make up', () => {
  const anomaly = (change: Partial<DetectedAnomaly>): DetectedAnomaly => ({
    element: { subAccountId: '1' },
    level: 'account',
    direction: 'increase',
    onsetIndex: 50,
    lastIndex: 55,
    expectedPerDay: 1,
    actualPerDay: 2,
    impactPerDay: 1,
    impactTotal: 100,
    impactPerDayInterval: { low: 0.5, high: 1.5 },
    impactPercent: 100,
    score: 1,
    driver: 'unknown',
    ...change,
  });
  const launch = (change: Partial<DetectedAnomaly> = {}) =>
    anomaly({
      element: { subAccountId: '1', serviceName: 'launch' },
      innocent: { reason: 'planned_activity', note: 'announced' },
      impactTotal: 80,
      ...change,
    });

  it('leaves out the account that only its launch moved, and keeps it where a fifth more moved', () => {
    assert.deepEqual(withoutExplained([anomaly({}), launch()]), [launch()]);
    assert.equal(withoutExplained([anomaly({}), launch({ impactTotal: 79 })]).length, 2);
  });

  for (const [name, part] of [
    ['another account', { element: { subAccountId: '2', serviceName: 'launch' } }],
    ['another time', { onsetIndex: 10, lastIndex: 12 }],
    ['the other direction', { direction: 'decrease' }],
    ['a credit', { innocent: { reason: 'credit_change', note: '' } }],
  ] as const) {
    it(`does not excuse a change by ${name}`, () => {
      assert.equal(withoutExplained([anomaly({}), launch(part)]).length, 2);
    });
  }
});
