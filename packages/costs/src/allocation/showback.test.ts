import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { decimalUnits } from '@counterfoil/core';
import fc from 'fast-check';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import type { MetricRow } from '../unit-costs/metric.ts';
import { splitByWeight } from './largest-remainder.ts';
import { parseTaxonomy } from './parse-taxonomy.ts';
import { showback, type ShowbackRequest } from './showback.ts';

const MARCH = { fromDate: '2026-03-01', toDate: '2026-04-01' } as const;

async function report(
  t: TestContext,
  rows: readonly TestRow[],
  {
    taxonomy = {},
    ...more
  }: Partial<Omit<ShowbackRequest, 'taxonomy'>> & { taxonomy?: object } = {},
) {
  const lake = await createTestLake(t);
  const columns = { CommitmentDiscountId: '', ChargeClass: '' };
  const path = lake.file('a.csv', focusCsv(rows.map((row) => ({ ...columns, ...row }))));
  const { manifest } = await lake.ingest(path);
  const version = await lake.open(manifest.versionId);
  return showback(version.scoped('all'), {
    extent: { ...MARCH, basis: 'EffectiveCost' },
    by: 'team',
    metrics: [],
    ...more,
    taxonomy: parseTaxonomy(taxonomy),
  });
}

const owned = (team: string, cost: string, more: TestRow = {}): TestRow => ({
  EffectiveCost: cost,
  BilledCost: cost,
  Tags: JSON.stringify({ team }),
  ...more,
});
const nobodys = (cost: string, more: TestRow = {}): TestRow => ({
  EffectiveCost: cost,
  BilledCost: cost,
  Tags: '',
  ...more,
});
const ROWS = [
  owned('core', '60'),
  owned('web', '30'),
  owned('web', '-4', { ChargeCategory: 'Credit' }),
  nobodys('10', { ServiceName: 'AWS Support (Business)' }),
  nobodys('7', { SkuMeter: 'EUW1-NatGateway-Bytes' }),
  nobodys('5'),
  nobodys('3', { ChargeCategory: 'Tax' }),
  nobodys('100', { ChargeCategory: 'Purchase', CommitmentDiscountId: 'sp' }),
];
const SHARED = [
  { name: 'Support', match: { services: ['AWS Support*'] }, split: 'proportional' },
  {
    name: 'NAT',
    match: { usageTypes: ['*NatGateway*'] },
    split: { fixed: { core: 25, data: 75 } },
  },
  { name: 'Rest', match: { untagged: true }, split: 'even', among: ['core', 'web'] },
];

describe('showback', () => {
  it('without rules shows what each owner has, credits and tax apart, and the rest as nobody’s', async (t) => {
    const { currencies, rowsRead } = await report(t, ROWS);
    const [usd] = currencies;
    assert.deepEqual(
      usd?.lines.map(({ owner, direct, shared, credits, tax, total }) => [
        owner,
        direct,
        shared,
        credits,
        tax,
        total,
      ]),
      [
        ['core', '60', '0', '0', '0', '60'],
        ['web', '30', '0', '-4', '0', '26'],
        [null, '22', '0', '0', '3', '25'],
      ],
    );
    assert.deepEqual([usd?.total.total, usd?.leftOut, usd?.difference], ['111', '100', '0']);
    assert.deepEqual([rowsRead, usd?.unallocatedPercent], [8, 19.6]);
  });

  it('splits shared costs by rule, and the lines still add up to the bill', async (t) => {
    const { currencies } = await report(t, ROWS, { taxonomy: { shared: SHARED } });
    const [usd] = currencies;
    assert.deepEqual(
      usd?.lines.map(({ owner, direct, shared, tax, total }) => [
        owner,
        direct,
        shared,
        tax,
        total,
      ]),
      [
        ['core', '60', '10.916666666666666667', '1.5', '72.416666666666666667'],
        ['web', '30', '5.833333333333333333', '1.5', '33.333333333333333333'],
        ['data', '0', '5.25', '0', '5.25'],
      ],
    );
    assert.deepEqual(
      usd?.pools.map(({ name, total, status, shares }) => [name, total, status, shares.length]),
      [
        ['Support', '10', 'split', 2],
        ['NAT', '7', 'split', 2],
        ['Rest', '8', 'split', 2],
      ],
    );
    assert.deepEqual([usd?.total.total, usd?.difference], ['111', '0']);
  });

  it('shows billed costs with the purchase in them where that basis is chosen', async (t) => {
    const { currencies } = await report(t, ROWS, { extent: { ...MARCH, basis: 'BilledCost' } });
    assert.deepEqual([currencies[0]?.total.total, currencies[0]?.leftOut], ['211', '0']);
  });

  it('splits by a usage metric, and says so where the metric is not there', async (t) => {
    const taxonomy = {
      shared: [{ name: 'Kafka', match: { untagged: true }, split: { metric: 'gb' } }],
    };
    const metric = (owner: string, value: string): MetricRow => ({
      date: '2026-03-05',
      metric: 'gb',
      value,
      dimensions: { owner },
    });
    const rows = [owned('core', '1'), nobodys('9')];
    const metrics = [
      metric('core', '1'),
      metric('web', '2'),
      { ...metric('x', '9'), metric: 'no' },
    ];
    const split = await report(t, rows, { taxonomy, metrics });
    assert.deepEqual(
      split.currencies[0]?.lines.map(({ owner, total }) => [owner, total]),
      [
        ['web', '6'],
        ['core', '4'],
      ],
    );
    const without = await report(t, rows, { taxonomy });
    const [pool] = without.currencies[0]?.pools ?? [];
    assert.deepEqual([pool?.status, pool?.shares], ['not_split', []]);
    assert.match(pool?.reason ?? '', /metric "gb" has no value/);
    assert.equal(without.currencies[0]?.lines.at(-1)?.total, '9');
  });

  it('shows accounts, or the owner that the taxonomy gives an account', async (t) => {
    const rows = [nobodys('1'), nobodys('2', { SubAccountId: '200000000002' })];
    const byAccount = await report(t, rows, { by: 'account' });
    assert.deepEqual(
      byAccount.currencies[0]?.lines.map(({ owner }) => owner),
      ['200000000002', '100000000001'],
    );
    const accounts = { '200000000002': { team: 'web' } };
    const byTeam = await report(t, rows, { taxonomy: { keys: { team: {} }, accounts } });
    assert.deepEqual(
      byTeam.currencies[0]?.lines.map(({ owner, total }) => [owner, total]),
      [
        ['web', '2'],
        [null, '1'],
      ],
    );
  });

  it('keeps currencies apart, and gives each line an id of its own', async (t) => {
    const { currencies } = await report(t, [
      owned('core', '1'),
      owned('core', '2', { BillingCurrency: 'EUR' }),
    ]);
    assert.deepEqual(
      currencies.map(({ currency, total }) => [currency, total.total]),
      [
        ['EUR', '2'],
        ['USD', '1'],
      ],
    );
    const ids = currencies.flatMap(({ lines }) => lines.map(({ queryId }) => queryId));
    assert.equal(new Set(ids).size, 2);
  });

  it('adds up to the bill to the last unit, whatever the charges and the rules', async (t) => {
    const amount = fc
      .integer({ min: -999_999, max: 9_999_999 })
      .map((units) => (units / 1e4).toFixed(4));
    const row = fc.record({
      team: fc.constantFrom('a', 'b', 'c', ''),
      cost: amount,
      category: fc.constantFrom('Usage', 'Credit', 'Tax', 'Adjustment'),
    });
    const split = fc.constantFrom('even', 'proportional', { fixed: { a: '33.4', z: '66.6' } });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        split,
        async (charges, how) => {
          const rows = charges.map(({ team, cost, category }) => ({
            ...(team === '' ? nobodys(cost) : owned(team, cost)),
            ChargeCategory: category,
          }));
          const shared = [{ name: 'rest', match: { untagged: true }, split: how }];
          const { currencies } = await report(t, rows, { taxonomy: { shared } });
          const expected = charges.reduce((sum, { cost }) => sum + decimalUnits(cost), 0n);
          const lines = currencies[0]?.lines ?? [];
          assert.equal(
            lines.reduce((sum, { total }) => sum + decimalUnits(total), 0n),
            expected,
          );
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('a split by weight', () => {
  it('gives the units left to the largest remainders, first come first served', () => {
    assert.deepEqual(splitByWeight(10n, [1n, 1n, 1n]), [4n, 3n, 3n]);
    assert.deepEqual(splitByWeight(-10n, [1n, 1n, 1n]), [-4n, -3n, -3n]);
    assert.deepEqual(splitByWeight(10n, [1n, 2n, 4n]), [1n, 3n, 6n]);
    assert.equal(splitByWeight(10n, [0n, 0n]), null);
    assert.equal(splitByWeight(10n, []), null);
  });

  it('never loses or makes a unit, and gives nothing to a weight of zero', () => {
    const units = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(units, weights, (whole, all) => {
        const parts = splitByWeight(whole, all);
        if (parts === null) return assert.ok(all.every((weight) => weight === 0n));
        assert.equal(
          parts.reduce((sum, part) => sum + part, 0n),
          whole,
        );
        all.forEach((weight, at) => assert.ok(weight > 0n || parts[at] === 0n));
      }),
    );
  });
});
