import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluateBudget, type BudgetAlert, type BudgetDay } from './budget.ts';

/** Three days that were and three to come, ten a day but for the last. */
const days: readonly BudgetDay[] = [1, 2, 3, 4, 5, 6].map((day) => ({
  date: `2026-03-0${day}`,
  cost: day === 6 ? '9.990000' : '10',
  basis: day <= 3 ? 'actual' : 'forecast',
}));

function alert(on: BudgetAlert['on'], percent: number, amount = '100') {
  const [state] = evaluateBudget({ amount, alerts: [{ on, percent }] }, days).alerts;
  return [state?.status, state?.date];
}

describe('a budget', () => {
  it('adds actual and forecast up exactly', () => {
    const { actual, projected, actualPercent, projectedPercent } = evaluateBudget(
      { amount: '100', alerts: [] },
      days,
    );
    assert.deepEqual([actual, projected, actualPercent, projectedPercent], ['30', '59.99', 30, 60]);
  });

  it('is crossed by actual cost that reaches the threshold, on the day it did', () => {
    assert.deepEqual(alert('actual', 30), ['crossed', '2026-03-03']);
    assert.deepEqual(alert('actual', 30.01), ['expected', '2026-03-04']);
  });

  it('tells the day on which spending is expected to get there, or that it is not', () => {
    assert.deepEqual(alert('actual', 59.99), ['expected', '2026-03-06']);
    assert.deepEqual(alert('actual', 60), ['not_reached', null]);
  });

  it('is crossed by a forecast as soon as the month as a whole is expected to get there', () => {
    assert.deepEqual(alert('forecast', 59.99), ['crossed', '2026-03-06']);
    assert.deepEqual(alert('forecast', 60), ['not_reached', null]);
  });

  it('has thresholds as exact decimals', () => {
    const { alerts } = evaluateBudget(
      { amount: '0.30', alerts: [{ on: 'actual', percent: 33.33 }] },
      days,
    );
    assert.equal(alerts[0]?.threshold, '0.099990');
  });

  it('of no days at all is not reached', () => {
    const { alerts, projected } = evaluateBudget(
      { amount: '1', alerts: [{ on: 'forecast', percent: 1 }] },
      [],
    );
    assert.deepEqual([alerts[0]?.status, projected], ['not_reached', '0']);
  });
});
