import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CurrencyCommitments } from '@counterfoil/costs';
import { renderCommitments } from './render-commitments.ts';

const SUMMARY: CurrencyCommitments = {
  currency: 'USD',
  commitments: [
    {
      commitmentDiscountId: 'sp-1',
      commitmentDiscountType: 'Savings Plan',
      used: '75',
      unused: '25',
      utilisationPercent: 75,
      lastDate: '2026-03-31',
      expiresDate: null,
    },
  ],
  coveragePercent: 60.5,
  effectiveCoveragePercent: null,
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
  assert.match(
    lines[3] ?? '',
    /^sp-1 +Savings Plan +75\.00 USD +25\.00 USD +75 % +2026-03-31 +not known$/,
  );
});

test('a bill without commitments says so', () => {
  assert.equal(linesOf({ ...SUMMARY, commitments: [] }).at(-1), 'No commitments.');
});
