import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calendarOf } from '../detection/calendar.ts';
import { learnMonthEdge } from './month-edge.ts';
import { costOf, testDays } from './series.testing.ts';

const COUNT = 150;
const days = testDays(COUNT);
const calendar = calendarOf(days);

/** 10 a day, and a fee on the first of these months (0 is January). */
function withFee(months: readonly number[], fee = 500): Float64Array {
  return costOf(COUNT, (day) => {
    const date = days[day] as string;
    const falls = date.endsWith('-01') && months.includes(Number(date.slice(5, 7)) - 1);
    return falls ? 10 + fee : 10;
  });
}

describe('charges at the edge of a month', () => {
  it('are found where they recur, and taken out of the ordinary days', () => {
    const { charges, cost } = learnMonthEdge(withFee([0, 1, 2, 3, 4]), calendar, COUNT);
    assert.deepEqual([...charges], [[1, 500]]);
    assert.ok(cost.every((value) => value === 10));
  });

  it('count from four months of five on, not from three', () => {
    assert.equal(learnMonthEdge(withFee([1, 2, 3, 4]), calendar, COUNT).charges.get(1), 500);
    assert.equal(learnMonthEdge(withFee([2, 3, 4]), calendar, COUNT).charges.size, 0);
  });

  it('are not believed after a single month', () => {
    const fee = withFee([0, 1, 2, 3, 4]);
    assert.equal(learnMonthEdge(fee, calendar, 31).charges.size, 0);
    assert.equal(learnMonthEdge(fee, calendar, 32).charges.get(1), 500);
  });

  it('must stand out by a tenth of an ordinary day', () => {
    const months = [0, 1, 2, 3, 4];
    assert.equal(learnMonthEdge(withFee(months, 1), calendar, COUNT).charges.size, 0);
    assert.equal(learnMonthEdge(withFee(months, 1.1), calendar, COUNT).charges.size, 1);
  });

  it('use nothing that comes after the history', () => {
    const fee = withFee([0, 1, 2, 3, 4]);
    const cut = fee.slice(0, 100);
    assert.deepEqual(learnMonthEdge(fee, calendar, 100), learnMonthEdge(cut, calendar, 100));
  });
});
