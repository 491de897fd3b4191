import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ForecastAnswer } from '@counterfoil/costs';
import { renderForecast } from './render-forecast.ts';

const money = { expected: '1240.619000', low: '1200', high: '1300.5' };

const ANSWER: ForecastAnswer = {
  queryId: 'q-1',
  dataVersion: 'v-1',
  rowsRead: 3,
  basis: 'EffectiveCost',
  by: 'serviceName',
  intervalLevel: 0.8,
  currencies: [
    {
      currency: 'USD',
      historyFromDate: '2026-01-01',
      lastCompleteDate: '2026-03-10',
      actualFromDate: '2026-03-01',
      throughDate: '2026-03-31',
      sum: { value: null, actual: '400.2', projected: money, daily: [] },
      groups: [
        {
          value: '',
          actual: '400.2',
          projected: { ...money, low: null, high: null },
          daily: [],
        },
      ],
      backTest: {
        originsCount: 6,
        dayCoverage: 0.812,
        totalCoverage: null,
        totalWape: 0.0444,
        naiveTotalWape: 0.1,
      },
    },
  ],
  budgets: [
    {
      name: 'core',
      amount: '1000',
      currency: 'USD',
      element: {},
      month: '2026-03',
      actual: '400.2',
      projected: '1240.619000',
      actualPercent: 40,
      projectedPercent: 124.1,
      alerts: [
        { on: 'actual', percent: 50, threshold: '500', status: 'expected', date: '2026-03-13' },
        { on: 'forecast', percent: 200, threshold: '2000', status: 'not_reached', date: null },
      ],
    },
  ],
};

test('a forecast shows figures with their interval, coverage on the past, and where budgets stand', () => {
  const lines = renderForecast(ANSWER).split('\n');
  assert.match(lines[2] ?? '', /^\(none\) +400\.20 USD +1,240\.62 USD +not known +not known$/);
  assert.match(lines[3] ?? '', /^All .* 1,200\.00 USD +1,300\.50 USD$/);
  assert.match(lines[4] ?? '', /inside the 80 % interval 81 %, of totals not measurable/);
  assert.match(lines[4] ?? '', /off by 4\.4 %, repeating the last week by 10\.0 %$/);
  assert.match(lines[7] ?? '', /^core +2026-03 +1,000\.00 USD +40 % +124\.1 % +50 % actual/);
  assert.match(lines[7] ?? '', /expected 2026-03-13$/);
  assert.match(lines[8] ?? '', /^ +200 % forecast +not reached$/);
});

test('a history without a past to test on says so', () => {
  const [only] = ANSWER.currencies;
  assert.ok(only);
  const backTest = { ...only.backTest, originsCount: 0 };
  const text = renderForecast({ ...ANSWER, currencies: [{ ...only, backTest }], budgets: [] });
  assert.match(text, /too short for one\.$/);
});
