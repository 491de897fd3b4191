import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CurrencyCommitments } from '@counterfoil/costs';
import { renderCalendar, renderCommitments } from './render-commitments.ts';

const SUMMARY: CurrencyCommitments = {
  currency: 'USD',
  commitments: [
    {
      commitmentDiscountId: 'sp-1',
      commitmentDiscountType: 'Savings Plan',
      used: '75',
      unused: '25',
      utilisationPercent: 75,
      quantity: null,
      purchased: '100',
      lastDate: '2026-03-31',
      expiresDate: null,
      expiresBy: null,
    },
  ],
  coveragePercent: 60.5,
  effectiveCoveragePercent: null,
  usedCost: '75',
  unusedCost: '25',
  listCost: '200',
  effectiveCost: '150',
  effectiveSavingsRatePercent: 25,
};

const linesOf = (summary: CurrencyCommitments) =>
  renderCommitments({ queryId: 'q-1', dataVersion: 'v-1', currencies: [summary] }).split('\n');

test('commitments show what they save, cover and waste, and say what is not known', () => {
  const lines = linesOf(SUMMARY);
  assert.match(lines[0] ?? '', /^150\.00 USD for usage of 200\.00 USD .* savings rate 25 %$/);
  assert.match(lines[1] ?? '', /60\.5 % by list cost, not known by effective cost$/);
  assert.match(lines[2] ?? '', /75\.00 USD went to usage, 25\.00 USD went to nothing$/);
  assert.match(
    lines[4] ?? '',
    /^sp-1 +Savings Plan +75\.00 USD +25\.00 USD +75 % +2026-03-31 +not known$/,
  );
});

test('a bill without commitments says so', () => {
  assert.equal(linesOf({ ...SUMMARY, commitments: [] }).at(-1), 'No commitments.');
});

test('the calendar shows what ends when, and how to learn of more where it is empty', () => {
  const entry = {
    date: '2026-04-01',
    commitmentDiscountId: 'sp-1',
    type: null,
    description: null,
    daysLeft: -3,
    source: 'contract' as const,
    cost: '100',
    currency: 'USD',
    utilisationPercent: 75,
  };
  const [, line] = renderCalendar([entry], '2026-04-04').split('\n');
  assert.match(line ?? '', /^2026-04-01 +over +sp-1 +75 % +100\.00 USD +contract$/);
  assert.match(renderCalendar([], '2026-04-04'), /today is 2026-04-04.*commitments import FILE/);
});
