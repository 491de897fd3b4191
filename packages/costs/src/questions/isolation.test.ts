import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { CostAnomaly } from '@counterfoil/core';
import { detectSignals } from '../analysis/detect.ts';
import { localiseAnomaly } from '../analysis/localise.ts';
import {
  BY_ACCOUNT,
  parseTaxonomy,
  showback,
  suggestTaxonomy,
  TAXONOMY_DEFAULT,
  tagCoverage,
} from '../allocation/index.ts';
import { summariseCommitments } from '../commitments/index.ts';
import { forecastCosts, parseForecastRequest } from '../forecast/index.ts';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { parseUnitCostQuestion, unitCosts } from '../unit-costs/index.ts';
import { qualityOfScope, type VersionQuality } from '../quality/version-quality.ts';
import { COST_QUESTIONS } from './questions.ts';

const ACCOUNTS = ['100000000001', '100000000002', '100000000003', "1'; --"] as const;
const DAYS = Array.from({ length: 12 }, (_, at) => `2026-03-${String(at + 1).padStart(2, '0')}`);
/** Reading a lake of every random data set takes a while, so each is asked everything. */
const DATA_SETS = 6;
const PLANS = 6;

const cents = (max: number) =>
  fc.integer({ min: 0, max }).map((amount) => (amount / 100).toFixed(2));
const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);

/** Rows of every kind, so that whatever a question looks at differs between accounts. */
const row: fc.Arbitrary<TestRow> = fc
  .record({
    SubAccountId: fc.constantFrom(...ACCOUNTS),
    BilledCost: cents(99_999),
    EffectiveCost: fc.oneof(
      { weight: 9, arbitrary: cents(99_999) },
      { weight: 1, arbitrary: fc.constant('') },
    ),
    ListCost: cents(99_999),
    ContractedCost: cents(99_999),
    BillingCurrency: oneOf('USD', 'USD', 'USD', 'EUR'),
    ChargeCategory: oneOf('Usage', 'Usage', 'Usage', 'Purchase', 'Tax', 'Credit'),
    CommitmentDiscountCategory: oneOf('', '', 'Spend'),
    CommitmentDiscountId: oneOf('', '', 'sp-1', 'ri-2'),
    CommitmentDiscountStatus: oneOf('', 'Used', 'Unused'),
    PricingCategory: oneOf('Standard', 'Committed', ''),
    ServiceName: oneOf('Compute', 'Storage', ''),
    RegionId: oneOf('eu-west-1', 'us-east-1', ''),
    ResourceId: oneOf('a', 'b', 'c', ''),
    SkuMeter: oneOf('Box', 'Disk'),
    ConsumedQuantity: cents(9_999),
    ConsumedUnit: oneOf('Hours', 'GB'),
    Tags: oneOf('{"team":"x"}', '{"team":"y"}', '{}', ''),
    ChargePeriodStart: fc.constantFrom(...DAYS).map((day) => `${day}T00:00:00Z`),
  })
  .map((one) => ({ ...one, ChargePeriodEnd: dayAfter(one.ChargePeriodStart) }));

function dayAfter(start: string): string {
  return new Date(Date.parse(start) + 86_400_000).toISOString();
}

const period = fc
  .tuple(fc.nat({ max: 10 }), fc.integer({ min: 1, max: 8 }))
  .map(([from, length]) => ({
    fromDate: DAYS[from] ?? '',
    toDate: dayAfter(`${DAYS[Math.min(11, from + length - 1)]}T00:00:00Z`).slice(0, 10),
  }));
const filter = fc.constantFrom(
  {},
  { subAccountId: [...ACCOUNTS] },
  { subAccountId: [ACCOUNTS[1]] },
  { chargeCategory: ['Usage', 'Purchase', 'Credit', 'Tax'], 'tag:team': ['x', ''] },
  { serviceName: ['Compute', ''] },
);
const by = fc.uniqueArray(
  oneOf('subAccountId', 'serviceName', 'regionId', 'resourceId', 'tag:team', 'billingCurrency'),
  {
    maxLength: 3,
  },
);
const comparison = fc.record({
  by,
  filter,
  before: period,
  after: period,
  perDay: fc.boolean(),
  changeMin: oneOf('0', '50'),
  rowsMax: fc.constantFrom(2, 100),
});
const question = fc.oneof(
  fc.record({
    type: fc.constant('query' as const),
    plan: fc
      .record({
        measures: fc.constantFrom(
          ['BilledCost'],
          ['EffectiveCost', 'ConsumedQuantity'],
          ['ListCost'],
        ),
        groupBy: fc.uniqueArray(
          oneOf(
            'subAccountId',
            'day',
            'week',
            'regionId',
            'tag:team',
            'billingCurrency',
            'commitmentDiscountId',
          ),
          { maxLength: 3 },
        ),
        filter,
        rowsMax: fc.constantFrom(2, 5_000),
      })
      .chain((plan) => period.map((days) => ({ ...plan, ...days }))),
  }),
  fc.record({ type: fc.constant('movers' as const), plan: comparison }),
  fc.record({ type: fc.constant('decompose' as const), plan: comparison }),
  fc.record({
    type: fc.constant('savings' as const),
    plan: fc
      .record({ by, rowsMax: fc.constantFrom(1, 100) })
      .chain((plan) => period.map((days) => ({ ...plan, ...days }))),
  }),
  fc.record({
    type: fc.constant('resources' as const),
    plan: fc
      .record({ costPerDayMin: oneOf('0', '20'), filter, rowsMax: fc.constantFrom(1, 100) })
      .chain((plan) => period.map((days) => ({ ...plan, ...days }))),
  }),
);

type Ask = (lake: ScopedLake) => Promise<unknown>;

/** The analyses that are no plans: all that a scope can be asked. */
const ANALYSES: readonly Ask[] = [
  async (lake) => lake.facts,
  (lake) => summariseCommitments(lake, lake.facts.currencies),
  (lake) =>
    forecastCosts(
      { lake, basis: lake.facts.basis, currencies: lake.facts.currencies },
      parseForecastRequest({ by: 'serviceName', through: '2026-03-31' }),
    ),
  (lake) => localiseAnomaly(lake, ANOMALY),
  (lake) => tagCoverage(lake, { extent: extentIn(lake), taxonomy: TEAMS, untaggedMax: 5 }),
  (lake) =>
    tagCoverage(lake, { extent: extentIn(lake), taxonomy: TAXONOMY_DEFAULT, untaggedMax: 5 }),
  (lake) =>
    showback(lake, { extent: extentIn(lake), taxonomy: TEAMS, by: 'team', metrics: METRICS }),
  (lake) =>
    showback(lake, { extent: extentIn(lake), taxonomy: TEAMS, by: BY_ACCOUNT, metrics: [] }),
  (lake) => suggestTaxonomy(lake, { extent: extentIn(lake), taxonomy: TAXONOMY_DEFAULT }),
  (lake) => {
    const question = parseUnitCostQuestion({ metrics: METRICS, granularity: 'week' });
    return unitCosts(lake, { ...question, extent: extentIn(lake) });
  },
  async (lake) =>
    qualityOfScope(lake, {
      taxonomy: TEAMS,
      version: {
        conformance: { conformant: 'yes' },
        reconciled: true,
      } as VersionQuality,
    }),
  (lake) =>
    detectSignals({
      lake,
      basis: lake.facts.basis,
      currencies: lake.facts.currencies,
      planned: [],
      clock: { nowMs: () => 0 },
    }),
];

/** Keys in several spellings, and rules that split what nobody owns. */
const TEAMS = parseTaxonomy({
  keys: { team: { required: true, spelling: 'loose', values: ['x'] } },
  shared: [
    { name: 'Storage', match: { services: ['Stor*'] }, split: 'proportional' },
    { name: 'Rest', match: { untagged: true }, split: 'even' },
  ],
});
/** The days and the basis of a scope, as it knows them itself. */
const extentIn = ({ facts: { basis } }: ScopedLake) => ({
  fromDate: '2026-03-01',
  toDate: '2026-03-13',
  basis,
});
const METRICS = DAYS.map((date) => ({ date, metric: 'orders', value: '7', dimensions: {} }));
const money = (amount: string) => ({ amount, currency: 'USD' });
const ANOMALY = {
  direction: 'increase',
  basis: 'BilledCost',
  element: {},
  onsetDate: '2026-03-09',
  lastDate: '2026-03-11',
  expectedPerDay: money('1'),
  actualPerDay: money('2'),
  impactPerDay: money('1'),
  impactTotal: money('3'),
  impactPercent: 100,
  queryIds: [],
} as unknown as CostAnomaly;

/** An answer, or how it was refused, byte by byte. */
async function bytesOf(ask: Ask, lake: ScopedLake): Promise<string> {
  try {
    return JSON.stringify(await ask(lake));
  } catch (error) {
    const { code, message, remedy } = error as { code?: string; message: string; remedy?: string };
    return JSON.stringify({ code, message, remedy });
  }
}

async function publish(t: TestContext, rows: readonly TestRow[]) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  return lake.open(manifest.versionId);
}

describe('two lakes that differ only in accounts outside a scope', () => {
  it('answer every question within it alike to the byte, id and data version included, and never with an account outside', async (t) => {
    const asked = new Set<string>();
    const answered = new Set<number>();
    for (let seed = 1; seed <= DATA_SETS; seed += 1) {
      const rows = fc.sample(row, { numRuns: 150, seed });
      const others = fc.sample(row, { numRuns: 60, seed: 1_000 + seed });
      const [inside = []]: (readonly string[])[] = fc.sample(
        fc.subarray([...ACCOUNTS], { minLength: 1, maxLength: 3 }),
        {
          numRuns: 1,
          seed,
        },
      );
      const isInside = (one: TestRow) => inside.includes(one['SubAccountId'] ?? '');
      const first = await publish(t, rows);
      // Other rows stand before and between those of the scope, so that no place in the file stays the same.
      const changed = [
        ...others.filter((one) => !isInside(one)),
        ...rows.filter(isInside).toReversed(),
      ];
      const second = await publish(t, changed);
      const plans = fc.sample(question, { numRuns: PLANS * 5, seed });
      const asks: readonly Ask[] = [
        ...ANALYSES,
        ...plans.map(({ type, plan }): Ask => {
          asked.add(type);
          return async (lake) => COST_QUESTIONS[type](plan)(lake);
        }),
      ];
      for (const [at, ask] of asks.entries()) {
        const one = await bytesOf(ask, first.scoped(inside));
        const other = await bytesOf(ask, second.scoped(inside));
        assert.equal(one, other, `data set ${seed}, question ${at}`);
        if (at < ANALYSES.length && !/^\{"code":|^\{"message":/.test(one)) answered.add(at);
        for (const account of ACCOUNTS) {
          if (!inside.includes(account)) assert.ok(!one.includes(JSON.stringify(account)), one);
        }
      }
    }
    assert.equal(asked.size, 5);
    // Refusals are alike too: every analysis must have answered at least once.
    assert.equal(answered.size, ANALYSES.length);
  });

  it('have another data version once a charge within the scope differs in any way', async (t) => {
    const rows: readonly TestRow[] = [{ Tags: '{"a":"1"}' }, { SubAccountId: '2' }];
    const version = async (change: readonly TestRow[]) =>
      (await publish(t, change)).dataVersionOf(['100000000001']);
    const id = await version(rows);
    assert.match(id, /^s-[0-9a-f]{32}$/);
    // Others' long decimals and broken tags change how a file is stored, not what an account's charges are.
    for (const other of [
      { EffectiveCost: '7' },
      { EffectiveCost: '0.123456789012345678' },
      { EffectiveCost: '99999999999.9' },
      { Tags: 'user:a=1' },
      { ChargePeriodStart: '2026-03-05 00:00:00' },
    ]) {
      const others = [{ ...other, SubAccountId: '3' }, ...rows];
      assert.equal(await version(others), id, JSON.stringify(other));
    }
    for (const changed of [
      [{ Tags: '{"a":"2"}' }],
      [{ Tags: '{"a":"1"}', EffectiveCost: '1.000000000000000001' }],
      [{ Tags: '{"a":"1"}' }, { Tags: '{"a":"1"}' }],
      [{ Tags: '{"a":"1"}', SubAccountId: '2' }],
    ]) {
      assert.notEqual(await version(changed), id);
    }
  });
});
