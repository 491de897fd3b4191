import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { addDays } from '../analysis/days.ts';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import type { Scope } from '../query/scope.ts';
import { forecastCosts } from './forecast-costs.ts';
import { parseForecastRequest } from './parse-forecast-request.ts';

const FIRST_DAY = '2026-01-01';

/** So many days of these lines: what each costs a day, and columns that differ from the ordinary. */
function bill(
  daysCount: number,
  lines: readonly (readonly [number, TestRow])[],
): readonly TestRow[] {
  return lines.flatMap(([cost, row]) =>
    Array.from({ length: daysCount }, (_, day): TestRow => {
      const date = addDays(FIRST_DAY, day);
      return {
        EffectiveCost: (cost + ((day * 3) % 5) / 100).toFixed(2),
        ChargePeriodStart: `${date}T00:00:00Z`,
        ChargePeriodEnd: `${addDays(date, 1)}T00:00:00Z`,
        BillingPeriodStart: `${date.slice(0, 7)}-01T00:00:00Z`,
        BillingPeriodEnd: `${addDays(`${date.slice(0, 7)}-28`, 5).slice(0, 7)}-01T00:00:00Z`,
        ChargeClass: '',
        ...row,
      };
    }),
  );
}

/** 10 March is the last day; compute costs about 40 and storage about 7. */
const LINES: readonly (readonly [number, TestRow])[] = [
  [40, { ServiceName: 'Compute' }],
  [7, { ServiceName: 'Storage', SubAccountId: '222' }],
];
const DAYS = 69;

async function forecast(
  t: TestContext,
  rows: readonly TestRow[],
  request: object,
  scope: Scope = 'all',
) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  return forecastCosts(
    {
      lake: version.scoped(scope),
      basis: 'EffectiveCost',
      currencies: manifest.currencies,
    },
    parseForecastRequest(request),
  );
}

describe('the forecast of a version', () => {
  it('projects the month from exact actual cost and the days to come', async (t) => {
    const answer = await forecast(t, bill(DAYS, LINES), { by: 'serviceName' });
    const [usd] = answer.currencies;
    assert.equal(usd?.lastCompleteDate, '2026-03-10');
    assert.deepEqual([usd?.actualFromDate, usd?.throughDate], ['2026-03-01', '2026-03-31']);
    assert.deepEqual(
      usd?.groups.map(({ value, actual }) => [value, actual]),
      [
        ['Compute', '400.2'],
        ['Storage', '70.2'],
      ],
    );
    assert.equal(usd?.sum.actual, '470.4');
    assert.equal(usd?.sum.daily.length, 21);
    const expected = Number(usd?.sum.projected.expected);
    assert.ok(Math.abs(expected / (31 * 47.04) - 1) < 0.01, String(expected));
    assert.equal(answer.rowsRead, 2 * DAYS);
    assert.match(answer.queryId, /^q-[0-9a-f]{32}$/);
  });

  it('forecasts the next month where a month has just ended', async (t) => {
    const answer = await forecast(t, bill(59, LINES), {});
    const [usd] = answer.currencies;
    assert.equal(usd?.lastCompleteDate, '2026-02-28');
    assert.deepEqual(
      [usd?.actualFromDate, usd?.throughDate, usd?.sum.actual],
      ['2026-03-01', '2026-03-31', '0'],
    );
  });

  it('sees nothing outside its scope', async (t) => {
    const inside = bill(DAYS, LINES).filter((row) => row['SubAccountId'] === '222');
    const narrow = await forecast(t, bill(DAYS, LINES), { by: 'serviceName' }, ['222']);
    const alone = await forecast(t, inside, { by: 'serviceName' }, ['222']);
    assert.deepEqual(narrow.currencies, alone.currencies);
  });

  it('leaves credits, purchases and corrections out', async (t) => {
    const apart = bill(DAYS, [
      [500, { ChargeCategory: 'Purchase' }],
      [500, { ChargeCategory: 'Credit' }],
      [500, { ChargeClass: 'Correction' }],
    ]);
    const [usd] = (await forecast(t, [...bill(DAYS, LINES), ...apart], {})).currencies;
    assert.equal(usd?.sum.actual, '470.4');
  });

  it('keeps currencies apart', async (t) => {
    const euro = bill(DAYS, [[3, { BillingCurrency: 'EUR' }]]);
    const { currencies } = await forecast(t, [...bill(DAYS, LINES), ...euro], {});
    assert.deepEqual(currencies.map(({ currency, sum }) => [currency, sum.actual]).toSorted(), [
      ['EUR', '30.2'],
      ['USD', '470.4'],
    ]);
  });

  it('reaches 92 days ahead and no further, and never into the past', async (t) => {
    const rows = bill(DAYS, LINES);
    const [usd] = (await forecast(t, rows, { through: '2026-06-10' })).currencies;
    assert.equal(usd?.sum.daily.length, 92);
    await assert.rejects(forecast(t, rows, { through: '2026-06-11' }), { code: 'FORECAST_DAYS' });
    await assert.rejects(forecast(t, rows, { through: '2026-03-10' }), { code: 'FORECAST_PAST' });
  });

  it('tells which thresholds of a budget are crossed, and when the next will be', async (t) => {
    const budget = {
      name: 'storage',
      amount: '200',
      currency: 'USD',
      element: { serviceName: 'Storage' },
      alerts: [
        { on: 'actual', percent: 35 },
        { on: 'actual', percent: 50 },
        { on: 'forecast', percent: 100 },
        { on: 'forecast', percent: 120 },
      ],
    };
    const { budgets } = await forecast(t, bill(DAYS, LINES), { budgets: [budget] });
    const [report] = budgets;
    assert.deepEqual(
      [report?.month, report?.actual, report?.actualPercent],
      ['2026-03', '70.2', 35.1],
    );
    assert.deepEqual(
      report?.alerts.map(({ status, date }) => [status, date]),
      [
        ['crossed', '2026-03-10'],
        ['expected', '2026-03-15'],
        ['crossed', '2026-03-29'],
        ['not_reached', null],
      ],
    );
  });

  it('judges a past month by what was spent, and refuses one before the history', async (t) => {
    const budget = { name: 'past', amount: '1000', currency: 'USD', month: '2026-02' };
    const rows = bill(DAYS, LINES);
    const { budgets } = await forecast(t, rows, { budgets: [budget] });
    assert.equal(budgets[0]?.actual, budgets[0]?.projected);
    await assert.rejects(forecast(t, rows, { budgets: [{ ...budget, month: '2025-12' }] }), {
      code: 'BUDGET_MONTH',
    });
    await assert.rejects(forecast(t, rows, { budgets: [{ ...budget, currency: 'EUR' }] }), {
      code: 'BUDGET_CURRENCY',
    });
  });
});
