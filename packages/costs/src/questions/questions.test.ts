import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sumDecimals } from '@counterfoil/core';
import type { DecompositionAnswer, MoversAnswer, ResourcesAnswer, SavingsAnswer } from './index.ts';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { COST_QUESTIONS, readOperatorPlan, type CostQuestion } from './questions.ts';

const BEFORE = { fromDate: '2026-03-01', toDate: '2026-03-03' };
const AFTER = { fromDate: '2026-03-03', toDate: '2026-03-05' };
const PERIOD = { fromDate: '2026-03-01', toDate: '2026-04-01' };

async function lakeOf(t: Parameters<typeof createTestLake>[0], rows: readonly TestRow[]) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  return async <Answer>(question: CostQuestion, plan: object) =>
    (await readOperatorPlan(question, plan)(version.scoped('all'))) as Answer;
}

function charge(day: number, change: TestRow): TestRow {
  return { ChargePeriodStart: `2026-03-0${day}T00:00:00Z`, ...change };
}

describe('top movers', () => {
  const rows = [
    charge(1, { ServiceName: 'Compute', EffectiveCost: '10' }),
    charge(3, { ServiceName: 'Compute', EffectiveCost: '25.5' }),
    charge(1, { ServiceName: 'Old', EffectiveCost: '7' }),
    charge(4, { ServiceName: 'Young', EffectiveCost: '0.1' }),
    charge(2, { ServiceName: 'Same', EffectiveCost: '4' }),
    charge(3, { ServiceName: 'Same', EffectiveCost: '4' }),
    charge(5, { ServiceName: 'Compute', EffectiveCost: '1000' }),
  ];

  it('come with the largest change first, and say what is new, vanished and left out', async (t) => {
    const ask = await lakeOf(t, rows);
    const plan = { by: ['serviceName'], before: BEFORE, after: AFTER, changeMin: '1' };
    const { currencies, rowsRead } = await ask<MoversAnswer>('movers', plan);
    const [usd] = currencies;
    assert.deepEqual([usd?.before, usd?.after, usd?.change], ['21', '29.6', '8.6']);
    assert.deepEqual(
      usd?.movers.map(({ where, status, change }) => [where['serviceName'], status, change]),
      [
        ['Compute', 'increased', '15.5'],
        ['Old', 'vanished', '-7'],
      ],
    );
    assert.deepEqual(usd?.rest, { groupsCount: 2, change: '0.1' });
    assert.equal(usd?.movers[0]?.changePercent, 155);
    assert.equal(usd?.movers[1]?.sharePercent, -81.4);
    assert.equal(rowsRead, 6);
  });

  it('can be compared by the day where the periods differ in length', async (t) => {
    const ask = await lakeOf(t, rows);
    const long = { fromDate: '2026-03-03', toDate: '2026-03-07' };
    const plan = { by: ['serviceName'], before: BEFORE, after: long, perDay: true };
    const { currencies } = await ask<MoversAnswer>('movers', plan);
    const [first] = currencies[0]?.movers ?? [];
    assert.deepEqual(
      [first?.where['serviceName'], first?.before, first?.after],
      ['Compute', '5', '256.375'],
    );
  });

  it('never add two currencies up', async (t) => {
    const ask = await lakeOf(t, [
      charge(1, { BillingCurrency: 'EUR', EffectiveCost: '1' }),
      charge(3, { BillingCurrency: 'USD', EffectiveCost: '2' }),
    ]);
    const { currencies } = await ask<MoversAnswer>('movers', { before: BEFORE, after: AFTER });
    assert.deepEqual(
      currencies.map(({ currency, change }) => [currency, change]),
      [
        ['EUR', '-1'],
        ['USD', '2'],
      ],
    );
  });

  it('are none where nothing was charged', async (t) => {
    const ask = await lakeOf(t, rows);
    const never = { fromDate: '2020-01-01', toDate: '2020-02-01' };
    const answer = await ask<MoversAnswer>('movers', { before: never, after: never });
    assert.deepEqual([answer.currencies, answer.rowsRead], [[], 0]);
  });
});

describe('the decomposition of a change', () => {
  it('adds up to the change, by group and as a whole, and names the dearer unit', async (t) => {
    const use = (day: number, meter: string, [quantity = '', cost = '']: readonly string[]) =>
      charge(day, { SkuMeter: meter, ConsumedQuantity: quantity, EffectiveCost: cost });
    const ask = await lakeOf(t, [
      use(1, 'small', ['10', '10']),
      use(3, 'small', ['10', '13']),
      { ...use(1, 'big', ['5', '20']), SubAccountId: '2' },
      { ...use(3, 'big', ['7', '28']), SubAccountId: '2' },
      { ...use(3, 'fresh', ['1', '0.7']), ServiceName: 'Other' },
      { ...use(2, 'lost', ['1', '3']), ServiceName: 'Other' },
      { ...use(1, 'flat', ['', '1']), ConsumedUnit: '' },
      { ...use(3, 'flat', ['', '1.5']), ConsumedUnit: '' },
    ]);
    const plan = { by: ['subAccountId'], before: BEFORE, after: AFTER };
    const { currencies } = await ask<DecompositionAnswer>('decompose', plan);
    const [usd] = currencies;
    assert.deepEqual(usd?.effects, {
      price: '3',
      quantity: '8',
      mix: '0',
      new: '0.7',
      vanished: '-3',
      unquantified: '0.5',
    });
    assert.equal(sumDecimals(Object.values(usd?.effects ?? {})), usd?.change);
    assert.equal(sumDecimals(usd?.groups.map(({ change }) => change) ?? []), usd?.change);
    const small = usd?.items.find(({ usageType }) => usageType === 'small');
    assert.deepEqual([small?.priceBefore, small?.priceAfter, small?.unit], ['1', '1.3', 'Hours']);
    assert.equal(usd?.itemsCount, 5);
  });

  it('takes the pricing quantity where none was consumed, and keeps unused commitments out of prices', async (t) => {
    const more = { ConsumedQuantity: '', ConsumedUnit: '', PricingUnit: 'GB' };
    const unused = { CommitmentDiscountStatus: 'Unused', PricingQuantity: '5' };
    const ask = await lakeOf(t, [
      charge(1, { ...more, PricingQuantity: '2', CommitmentDiscountStatus: '' }),
      charge(3, {
        ...more,
        PricingQuantity: '4',
        EffectiveCost: '2',
        CommitmentDiscountStatus: '',
      }),
      charge(3, { ...more, ...unused, EffectiveCost: '9' }),
    ]);
    const { currencies } = await ask<DecompositionAnswer>('decompose', {
      before: BEFORE,
      after: AFTER,
    });
    const { price, quantity, new: fresh } = currencies[0]?.effects ?? {};
    assert.deepEqual([price, quantity, fresh], ['0', '1', '9']);
  });
});

describe('savings', () => {
  it('leave purchases out, count no negative saving, and show credits apart', async (t) => {
    const row = (change: TestRow) => charge(5, { CommitmentDiscountCategory: '', ...change });
    const costs = (list: string, contracted: string, effective: string, billed = effective) => ({
      ListCost: list,
      ContractedCost: contracted,
      EffectiveCost: effective,
      BilledCost: billed,
    });
    const ask = await lakeOf(t, [
      row(costs('10', '8', '5')),
      row(costs('1', '2', '2')),
      row({ ...costs('7', '7', '0', '7'), ChargeCategory: 'Purchase' }),
      row({
        ...costs('100', '100', '0', '100'),
        ChargeCategory: 'Purchase',
        CommitmentDiscountCategory: 'Spend',
      }),
      row({ ...costs('0', '0', '-3'), ChargeCategory: 'Credit' }),
      row({ ...costs('0', '0', '2'), ChargeCategory: 'Tax' }),
      row(costs('', '4', '4')),
    ]);
    const { currencies, rowsRead } = await ask<SavingsAnswer>('savings', {
      by: ['serviceName'],
      ...PERIOD,
    });
    const { groups, groupsCount, ...usd } = currencies[0] ?? { groups: [], groupsCount: 0 };
    assert.deepEqual(usd, {
      currency: 'USD',
      listCost: '11',
      contractedCost: '14',
      effectiveCost: '11',
      billedCost: '11',
      negotiatedSavings: '2',
      commitmentSavings: '3',
      totalSavings: '5',
      effectiveSavingsRatePercent: 45.5,
      netSavings: '4',
      unusedCommitmentCost: '0',
      credits: '-3',
      taxes: '2',
      adjustments: '0',
      purchases: '107',
      listCostOfPurchases: '107',
      rowsIncomplete: 1,
      effectiveCostOfIncomplete: '4',
    });
    assert.deepEqual([groups.length, groupsCount, rowsRead], [1, 1, 7]);
  });
});

describe('resources that came or went', () => {
  const seen = (resource: string, days: readonly number[], cost = '5') =>
    days.map((day) => charge(day, { ResourceId: resource, EffectiveCost: cost }));
  const rows = [
    ...seen('old', [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ...seen('fresh', [4, 5, 6, 7, 8, 9], '3'),
    ...seen('gone', [1, 2, 5]),
    ...seen('brief', [5, 6], '8'),
    ...seen('late', [1, 2, 3, 4, 5, 6, 7, 8]),
    ...seen('cheap', [4, 5], '0.2'),
  ];

  it('are told by all data of the scope, dearest a day first', async (t) => {
    const ask = await lakeOf(t, rows);
    const plan = { fromDate: '2026-03-02', toDate: '2026-03-10' };
    const answer = await ask<ResourcesAnswer>('resources', plan);
    const [usd] = answer.currencies;
    assert.deepEqual(
      usd?.resources.map((one) => [one.resourceId, one.status, one.firstDate, one.lastDate]),
      [
        ['brief', 'short_lived', '2026-03-05', '2026-03-06'],
        ['gone', 'vanished', '2026-03-01', '2026-03-05'],
        ['fresh', 'new', '2026-03-04', '2026-03-09'],
      ],
    );
    assert.deepEqual(usd?.counts, { new: 1, vanished: 1, short_lived: 1 });
    assert.equal(usd?.belowThresholdCount, 1);
    assert.deepEqual([usd?.resources[1]?.cost, usd?.resources[1]?.costPerDay], ['15', '5']);
    assert.deepEqual([answer.historyFromDate, answer.historyToDate], ['2026-03-01', '2026-03-09']);
    assert.deepEqual(usd?.resources[0]?.serviceNames, ['Compute']);
  });

  it('have gone as soon as they were quiet for the days asked for', async (t) => {
    const ask = await lakeOf(t, rows);
    const plan = { fromDate: '2026-03-08', toDate: '2026-03-09' };
    const namesOf = async (more: object) =>
      (await ask<ResourcesAnswer>('resources', { ...plan, ...more })).currencies[0]?.resources.map(
        (one) => one.resourceId,
      ) ?? [];
    assert.deepEqual(await namesOf({}), []);
    assert.deepEqual(await namesOf({ quietDaysMin: 1 }), ['late']);
  });
});

describe('a question from outside', () => {
  const comparison = { before: BEFORE, after: AFTER };
  for (const [question, plan, field] of [
    ['movers', { after: AFTER }, 'before'],
    ['movers', { ...comparison, before: { ...BEFORE, x: 1 } }, 'x'],
    ['movers', { ...comparison, by: ['day'] }, 'by'],
    ['movers', { ...comparison, changeMin: '-1' }, 'changeMin'],
    ['movers', { ...comparison, perDay: 'yes' }, 'perDay'],
    ['decompose', { ...comparison, measure: 'ConsumedQuantity' }, 'measure'],
    ['decompose', { ...comparison, rowsMax: 0 }, 'rowsMax'],
    ['savings', { ...PERIOD, filter: { chargeCategory: ['Usage'] } }, 'chargeCategory'],
    ['savings', { fromDate: '2026-03-01' }, 'toDate'],
    ['resources', { ...PERIOD, quietDaysMin: 0 }, 'quietDaysMin'],
    ['resources', { ...PERIOD, sql: 'SELECT 1' }, 'sql'],
    ['query', { ...PERIOD, measures: ['BilledCost'], groupBy: [], accounts: [] }, 'accounts'],
  ] as const) {
    it(`is refused by the name of its field: ${question} ${field}`, () => {
      assert.throws(
        () => readOperatorPlan(question, plan),
        (error: { code?: string; message: string }) =>
          error.code === 'QUERY_MALFORMED' && error.message.includes(field),
      );
    });
  }

  it('may not bring accounts of its own where it is not the operator’s', () => {
    const plan = { ...PERIOD, accounts: ['1'] };
    assert.throws(() => COST_QUESTIONS.savings(plan), { code: 'QUERY_MALFORMED' });
  });
});
