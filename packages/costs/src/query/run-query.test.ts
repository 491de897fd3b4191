import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CostQuery } from '@counterfoil/core';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { parseCostQuery } from './parse-query.ts';

const PLAN: CostQuery = {
  measures: ['BilledCost'],
  groupBy: [],
  filter: {},
  fromDate: '2026-03-01',
  toDate: '2026-04-01',
};

async function ask(t: Parameters<typeof createTestLake>[0], rows: readonly TestRow[]) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  return (plan: Partial<CostQuery>) => version.scoped('all').query({ ...PLAN, ...plan });
}

describe('a query', () => {
  it('sums usage alone unless asked for more, and never adds commitment purchases to usage', async (t) => {
    const query = await ask(t, [
      { BilledCost: '1', ChargeCategory: 'Usage', CommitmentDiscountCategory: '' },
      { BilledCost: '20', ChargeCategory: 'Purchase', CommitmentDiscountCategory: 'Spend' },
      { BilledCost: '300', ChargeCategory: 'Purchase' },
      { BilledCost: '-4000', ChargeCategory: 'Credit' },
    ]);
    const sumOf = async (plan: Partial<CostQuery>) => Number((await query(plan)).rows[0]?.at(-1));
    assert.equal(await sumOf({}), 1);
    assert.equal(await sumOf({ filter: { chargeCategory: ['Usage', 'Purchase'] } }), 301);
    assert.equal(await sumOf({ filter: { chargeCategory: ['Purchase'] } }), 320);
    assert.equal(await sumOf({ filter: { chargeCategory: ['Usage', 'Credit'] } }), -3_999);
    const apart = await query({
      groupBy: ['chargeCategory'],
      filter: { chargeCategory: ['Usage', 'Purchase'] },
    });
    assert.deepEqual(
      apart.rows.map(([category, sum]) => [category, Number(sum)]),
      [
        ['Purchase', 320],
        ['Usage', 1],
      ],
    );
  });

  it('adds decimals exactly where floats would not', async (t) => {
    const query = await ask(t, [{ BilledCost: '0.1' }, { BilledCost: '0.2' }]);
    assert.deepEqual((await query({})).rows, [['0.300000000000000000']]);
  });

  it('never adds two currencies, and answers them apart', async (t) => {
    const query = await ask(t, [{}, { BillingCurrency: 'EUR' }]);
    await assert.rejects(query({}), { code: 'CURRENCY_MIXED' });
    const { rows } = await query({ groupBy: ['billingCurrency'] });
    assert.deepEqual(
      rows.map(([currency]) => currency),
      ['EUR', 'USD'],
    );
    assert.equal((await query({ measures: ['ConsumedQuantity'] })).rows.length, 1);
  });

  it('answers null for a quantity in several units', async (t) => {
    const query = await ask(t, [{}, { ConsumedUnit: 'GB' }]);
    const { rows } = await query({ measures: ['ConsumedQuantity', 'BilledCost'] });
    assert.deepEqual(rows, [[null, '2.000000000000000000']]);
  });

  it('keeps the dearest rows where there are too many, sorted by group, and says so', async (t) => {
    const query = await ask(t, [
      { ResourceId: 'c', BilledCost: '5' },
      { ResourceId: 'a', BilledCost: '1' },
      { ResourceId: 'b', BilledCost: '-9' },
    ]);
    const two = await query({ groupBy: ['resourceId'], rowsMax: 2 });
    assert.deepEqual(
      two.rows.map(([resource]) => resource),
      ['b', 'c'],
    );
    assert.deepEqual([two.truncated, two.rowsRead], [true, 3]);
    const three = await query({ groupBy: ['resourceId'], rowsMax: 3 });
    assert.deepEqual([three.truncated, three.rows.length], [false, 3]);
  });

  it('ends before toDate and begins with fromDate', async (t) => {
    const query = await ask(t, [{ ChargePeriodStart: '2026-03-05T23:59:59Z' }]);
    const rowsOf = async (fromDate: string, toDate: string) =>
      (await query({ fromDate, toDate })).rows.length;
    assert.equal(await rowsOf('2026-03-05', '2026-03-06'), 1);
    assert.equal(await rowsOf('2026-03-04', '2026-03-05'), 0);
    assert.equal(await rowsOf('2026-03-06', '2026-03-07'), 0);
  });

  it('filters and groups by a tag whose key is hostile text', async (t) => {
    const key = `a"b'c; --`;
    const query = await ask(t, [
      { Tags: JSON.stringify({ [key]: 'yes' }) },
      { Tags: '{}', BilledCost: '7' },
    ]);
    const grouped = await query({ groupBy: [`tag:${key}`] });
    assert.deepEqual(
      grouped.rows.map(([value, sum]) => [value, Number(sum)]),
      [
        [null, 7],
        ['yes', 1],
      ],
    );
    const filtered = await query({ filter: { [`tag:${key}`]: ['yes'] } });
    assert.equal(Number(filtered.rows[0]?.[0]), 1);
    const without = await query({ filter: { [`tag:${key}`]: [''] } });
    assert.equal(Number(without.rows[0]?.[0]), 7);
  });
});

describe('reading a query from outside', () => {
  it('takes a query within its limits', () => {
    assert.deepEqual(parseCostQuery({ ...PLAN, rowsMax: 5_000 }), { ...PLAN, rowsMax: 5_000 });
  });

  for (const [name, change] of [
    ['another member', { scopeAccounts: ['1'] }],
    ['no measure', { measures: [] }],
    ['an unknown measure', { measures: ['BilledCost; DROP'] }],
    ['an unknown group', { groupBy: ['SubAccountId'] }],
    ['an inherited name as group', { groupBy: ['constructor'] }],
    ['an empty tag key', { groupBy: ['tag:'] }],
    ['nine groups', { groupBy: Array.from({ length: 9 }, (_, at) => `tag:${at}`) }],
    ['an unknown filter', { filter: { day: ['2026-03-01'] } }],
    ['an empty filter', { filter: { regionId: [] } }],
    ['a filter that is no list', { filter: { regionId: 'eu' } }],
    ['a NUL in a filter', { filter: { regionId: ['a\0b'] } }],
    ['an unknown charge category', { filter: { chargeCategory: ['usage'] } }],
    ['a day that does not exist', { fromDate: '2026-02-30' }],
    ['a day with a time', { fromDate: '2026-03-01T00:00:00Z' }],
    ['an empty span', { toDate: '2026-03-01' }],
    ['no rows', { rowsMax: 0 }],
    ['too many rows', { rowsMax: 5_001 }],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => parseCostQuery({ ...PLAN, ...change }), { code: 'QUERY_MALFORMED' });
    });
  }
});
