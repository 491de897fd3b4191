import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CostAnswer } from '@counterfoil/core';
import type { MoversAnswer, ResourcesAnswer } from '@counterfoil/costs';
import { moneyOf, percentText, titleOf, valueText } from './cost-report.ts';
import { moversReport } from './render-changes.ts';
import { queryReport, resourcesReport } from './render-costs.ts';

const SOURCE = { queryId: 'q-1', dataVersion: 'v-1', rowsRead: 1_234 };
const NOTHING = /No charges in these days, accounts and values/;

function answerOf(change: Partial<CostAnswer>): CostAnswer {
  return {
    ...SOURCE,
    columns: ['serviceName', 'billingCurrency', 'EffectiveCost', 'ConsumedQuantity'],
    rows: [
      ['Compute', 'USD', '1234.5', null],
      [null, 'USD', '-2000.005', '1234567.891'],
      ['Compute', 'EUR', '7', '1'],
    ],
    truncated: false,
    ...change,
  };
}

describe('cost for people', () => {
  it('is grouped by thousands with its currency, dearest first, with a total for each currency', () => {
    const { text } = queryReport(answerOf({}));
    const lines = text.split('\n');
    assert.match(lines[0] ?? '', /^SERVICE NAME +EFFECTIVE COST +CONSUMED QUANTITY$/);
    assert.match(lines[1] ?? '', /^\(none\) +-2,000\.01 USD +1,234,567\.89$/);
    assert.match(lines[2] ?? '', /^Compute +1,234\.50 USD +several units$/);
    assert.match(text, /Total: EffectiveCost -765\.51 USD; EffectiveCost 7\.00 EUR/);
    assert.match(text, /1,234 charges read of data version v-1; query q-1$/);
  });

  it('stays in the order of days where it is by day', () => {
    const rows = [
      ['2026-03-01', 'USD', '1'],
      ['2026-03-02', 'USD', '9'],
    ];
    const columns = ['day', 'billingCurrency', 'EffectiveCost'];
    const lines = queryReport(answerOf({ columns, rows })).text.split('\n');
    assert.match(lines[1] ?? '', /^2026-03-01/);
  });

  it('says when groups are missing, and when there is nothing', () => {
    assert.match(queryReport(answerOf({ truncated: true })).text, /Only the 3 largest groups/);
    assert.match(queryReport(answerOf({ rows: [] })).text, NOTHING);
  });

  it('is exact in records for CSV', () => {
    const { records } = queryReport(answerOf({}));
    assert.deepEqual(records[0], answerOf({}).columns);
    assert.deepEqual(records[2], ['', 'USD', '-2000.005', '1234567.891']);
  });
});

describe('changes for people', () => {
  const answer: MoversAnswer = {
    ...SOURCE,
    measure: 'BilledCost',
    by: ['tag:team'],
    before: { fromDate: '2026-02-01', toDate: '2026-03-01' },
    after: { fromDate: '2026-03-01', toDate: '2026-04-01' },
    perDay: true,
    currencies: [
      {
        currency: 'USD',
        before: '0',
        after: '12.5',
        change: '12.5',
        changePercent: null,
        movers: [
          {
            where: { 'tag:team': 'core' },
            status: 'new',
            before: '0',
            after: '12.5',
            change: '12.5',
            changePercent: null,
            sharePercent: 100,
          },
        ],
        rest: { groupsCount: 2, change: '-0.001' },
      },
    ],
  };

  it('name both periods, carry signs, and tell of what is left out', () => {
    const { text, records } = moversReport(answer);
    assert.match(text, /^BilledCost a day: 2026-03-01 to before 2026-04-01, against 2026-02-01/);
    assert.match(text, /0\.00 USD → 12\.50 USD: \+12\.50 USD \(–\)/);
    assert.match(text, /2 other groups together 0\.00 USD/);
    assert.deepEqual(records[1], ['USD', 'core', 'new', '0', '12.5', '12.5', '', '100']);
  });

  it('say so where there is nothing', () => {
    assert.match(moversReport({ ...answer, currencies: [] }).text, NOTHING);
  });
});

describe('resources for people', () => {
  const answer: ResourcesAnswer = {
    ...SOURCE,
    measure: 'EffectiveCost',
    fromDate: '2026-03-01',
    toDate: '2026-04-01',
    historyFromDate: '2026-01-01',
    historyToDate: '2026-03-31',
    currencies: [],
  };

  it('say whether there was data and nothing moved, or no data', () => {
    assert.match(resourcesReport(answer).text, /by data from 2026-01-01[^]*None came or went\./);
    const empty = { ...answer, historyFromDate: null, historyToDate: null };
    assert.match(resourcesReport(empty).text, /^No charges in these accounts and values\./);
  });
});

describe('figures and names for people', () => {
  it('have a sign as changes, unless they round to nothing', () => {
    const { signed } = moneyOf('USD');
    assert.deepEqual(['0.005', '0.004', '-0.004', '-1', '0'].map(signed), [
      '+0.01 USD',
      '0.00 USD',
      '0.00 USD',
      '-1.00 USD',
      '0.00 USD',
    ]);
    assert.deepEqual(
      [percentText(1.5, 'change'), percentText(1.5), percentText(-2, 'change'), percentText(null)],
      ['+1.5 %', '1.5 %', '-2 %', '–'],
    );
  });

  it('write dimensions as words, and tags as they are', () => {
    assert.deepEqual(['subAccountId', 'day', 'tag:costCenter'].map(titleOf), [
      'SUB ACCOUNT ID',
      'DAY',
      'tag:costCenter',
    ]);
    assert.deepEqual(['x', '', null, undefined].map(valueText), [
      'x',
      '(none)',
      '(none)',
      '(none)',
    ]);
  });
});
