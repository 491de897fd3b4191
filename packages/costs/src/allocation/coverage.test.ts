import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { tagCoverage } from './coverage.ts';
import { parseTaxonomy } from './parse-taxonomy.ts';
import { extentOf, parseExtent } from './period.ts';
import { TAXONOMY_DEFAULT, taxonomyOfKeys, type Taxonomy } from './taxonomy.ts';

async function coverageOfFile(t: TestContext, path: string, taxonomy: Taxonomy, request = {}) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(path);
  const version = await lake.open(manifest.versionId);
  const extent = extentOf(parseExtent(request), manifest);
  return tagCoverage(version.scoped('all'), { extent, taxonomy, untaggedMax: 3 });
}

async function coverage(t: TestContext, rows: readonly TestRow[], taxonomy: Taxonomy) {
  const lake = await createTestLake(t);
  const path = lake.file('a.csv', focusCsv(rows.map((row) => ({ ...COLUMNS, ...row }))));
  const answer = await coverageOfFile(t, path, taxonomy);
  const [only] = answer.currencies;
  assert.ok(only);
  return { answer, only };
}

/** Columns that some row of a test sets. */
const COLUMNS = { ChargeClass: '', CommitmentDiscountId: '', CommitmentDiscountStatus: '' };
const team = (value: string) => JSON.stringify({ team: value });
const TEAM = taxonomyOfKeys(['team']);

describe('tag coverage', () => {
  it('is the tagged share of usage that could carry a tag, everything else apart with its reason', async (t) => {
    const { answer, only } = await coverage(
      t,
      [
        { EffectiveCost: '60', Tags: team('core') },
        { EffectiveCost: '40', Tags: '', ResourceId: 'i-2' },
        { EffectiveCost: '5', Tags: '', ResourceId: '' },
        { EffectiveCost: '-50', Tags: '', ChargeCategory: 'Credit' },
        { EffectiveCost: '-3', Tags: '', ChargeCategory: 'Adjustment' },
        { EffectiveCost: '-2', Tags: '', ResourceId: 'i-1' },
        { EffectiveCost: '12', Tags: '', ChargeCategory: 'Tax' },
        { EffectiveCost: '9', Tags: '', ServiceName: 'AWS Support (Business)' },
        { EffectiveCost: '7', Tags: '', ChargeCategory: 'Purchase', CommitmentDiscountId: 'sp' },
        { EffectiveCost: '8', Tags: '', ChargeCategory: 'Purchase' },
        { EffectiveCost: '4', Tags: '', ChargeClass: 'Correction' },
        {
          EffectiveCost: '6',
          Tags: '',
          CommitmentDiscountStatus: 'Unused',
          CommitmentDiscountId: 'sp',
        },
      ],
      TEAM,
    );
    const { cost, taggedCost, taggedPercent, resources, resourcesTagged } = only.sum;
    assert.deepEqual([cost, taggedCost, taggedPercent], ['100', '60', 60]);
    assert.deepEqual([resources, resourcesTagged], [2, 1]);
    assert.deepEqual(
      only.apart.map((part) => [part.class, part.cost, part.rows]),
      [
        ['untaggable', '5', 1],
        ['unused_commitment', '6', 1],
        ['commitment_purchase', '7', 1],
        ['purchase', '8', 1],
        ['support', '9', 1],
        ['tax', '12', 1],
        ['credit', '-50', 1],
        ['refund', '-5', 2],
        ['correction', '4', 1],
      ],
    );
    assert.deepEqual([answer.gate, answer.rowsRead], ['failed', 12]);
    assert.deepEqual(only.untagged, [
      {
        subAccountId: '100000000001',
        serviceName: 'Compute',
        resourceId: 'i-2',
        cost: '40',
        missingKeys: ['team'],
      },
    ]);
  });

  it('passes the gate at it and fails just below, which is never shown as the gate itself', async (t) => {
    const rows = (tagged: string, untagged: string) => [
      { EffectiveCost: tagged, Tags: team('core') },
      { EffectiveCost: untagged, Tags: '' },
    ];
    const at = await coverage(t, rows('90', '10'), TEAM);
    assert.deepEqual([at.answer.gate, at.only.sum.taggedPercent], ['passed', 90]);
    const below = await coverage(t, rows('89.9999', '10.0001'), TEAM);
    assert.deepEqual([below.answer.gate, below.only.sum.taggedPercent], ['failed', 89.9]);
  });

  it('needs all required keys, and tells each by itself', async (t) => {
    const { only } = await coverage(
      t,
      [
        { EffectiveCost: '50', Tags: '{"team":"core","env":"prod"}' },
        { EffectiveCost: '30', Tags: '{"team":"core"}', ResourceId: 'i-2' },
        { EffectiveCost: '20', Tags: '{"env":"n/a"}', ResourceId: 'i-3' },
      ],
      taxonomyOfKeys(['team', 'env']),
    );
    assert.equal(only.sum.taggedPercent, 50);
    assert.deepEqual(
      only.keys.map(({ key, taggedPercent, missingCost, resourcesTagged }) => [
        key,
        taggedPercent,
        missingCost,
        resourcesTagged,
      ]),
      [
        ['team', 80, '20', 2],
        ['env', 50, '50', 1],
      ],
    );
  });

  it('reads aliases, loose spellings, allowed values and defaults of accounts only as the taxonomy says', async (t) => {
    const rows = [
      { EffectiveCost: '1', Tags: '{"CostCenter":"4711"}' },
      { EffectiveCost: '2', Tags: '{"cost-centre":"4711"}', ResourceId: 'i-2' },
      { EffectiveCost: '4', Tags: '{"Cost Center":"CC 4711"}', ResourceId: 'i-3' },
      { EffectiveCost: '8', Tags: '{"CostCenter":"9"}', ResourceId: 'i-4' },
      { EffectiveCost: '16', Tags: '', ResourceId: 'i-5', SubAccountId: '200000000002' },
    ];
    const key = {
      values: ['4711'],
      valueAliases: { '4711': ['cc-4711'] },
      aliases: ['cost-centre'],
    };
    const accounts = { '200000000002': { CostCenter: '4711' } };
    const exact = await coverage(t, rows, parseTaxonomy({ keys: { CostCenter: key }, accounts }));
    assert.deepEqual([exact.only.sum.taggedCost, exact.only.sum.allocatedCost], ['3', '19']);
    assert.deepEqual(
      [exact.only.keys[0]?.invalidCost, exact.only.keys[0]?.missingCost],
      ['8', '4'],
    );
    const loose = await coverage(
      t,
      rows,
      parseTaxonomy({ keys: { CostCenter: { ...key, spelling: 'loose' } }, accounts }),
    );
    assert.deepEqual([loose.only.sum.taggedCost, loose.only.sum.allocatedCost], ['7', '23']);
    const plain = await coverage(t, rows, taxonomyOfKeys(['CostCenter']));
    assert.equal(plain.only.sum.taggedCost, '9');
  });

  it('counts a resource by what it carried last, because tags are not retroactive', async (t) => {
    const { only } = await coverage(
      t,
      [
        { Tags: '' },
        {
          Tags: team('core'),
          ChargePeriodStart: '2026-03-06T00:00:00Z',
          ChargePeriodEnd: '2026-03-07T00:00:00Z',
        },
      ],
      TEAM,
    );
    assert.deepEqual([only.sum.taggedPercent, only.sum.resourcesTaggedPercent], [50, 100]);
  });

  it('takes all usage as taggable where a provider names no resources, so that less data does not look better', async (t) => {
    const { only } = await coverage(
      t,
      [
        { EffectiveCost: '10', Tags: team('core'), ResourceId: '' },
        { EffectiveCost: '90', Tags: '', ResourceId: '' },
      ],
      TEAM,
    );
    assert.deepEqual([only.sum.taggedPercent, only.sum.resourcesTaggedPercent], [10, null]);
  });

  it('keeps currencies apart and says so where there is nothing to tag', async (t) => {
    const lake = await createTestLake(t);
    const rows = [
      { EffectiveCost: '10', Tags: team('core') },
      { EffectiveCost: '10', Tags: '', BillingCurrency: 'EUR' },
    ];
    const path = lake.file('a.csv', focusCsv(rows));
    const { currencies, gate } = await coverageOfFile(t, path, TEAM);
    assert.deepEqual(
      currencies.map(({ currency, gate: own }) => [currency, own]),
      [
        ['EUR', 'failed'],
        ['USD', 'passed'],
      ],
    );
    assert.equal(gate, 'failed');
    const empty = await coverageOfFile(t, path, TEAM, { month: '2020-01' });
    assert.deepEqual([empty.gate, empty.currencies, empty.rowsRead], ['no_data', [], 0]);
  });

  it('refuses a single date that leaves no day of the data', () => {
    const data = { fromDate: '2026-03-01', toDate: '2026-04-01', basis: 'BilledCost' } as const;
    const extent = (request: object) => extentOf(parseExtent({ ...request }), data);
    assert.throws(() => extent({ toDate: '2026-03-01' }), { message: /^toDate lies outside/ });
    assert.throws(() => extent({ fromDate: '2026-04-01' }), { message: /^fromDate lies outside/ });
    assert.equal(extent({ toDate: '2026-03-02' }).fromDate, '2026-03-01');
    assert.equal(extent({ fromDate: '2026-03-31' }).toDate, '2026-04-01');
  });

  it('keeps the credit out of the real FOCUS 1.0 sample, where it made 109 % of 69.3 %', async (t) => {
    const path = join(
      import.meta.dirname,
      '../../../../../shared/data/focus_1.0_sample_multicloud.csv',
    );
    if (!existsSync(path)) return t.skip('needs ../shared');
    const answer = await coverageOfFile(t, path, TAXONOMY_DEFAULT, { month: '2024-09' });
    const [usd] = answer.currencies.filter(({ currency }) => currency === 'USD');
    assert.ok(usd);
    assert.equal(answer.basis, 'BilledCost');
    assert.deepEqual(
      [usd.sum.cost, usd.sum.taggedCost, usd.sum.taggedPercent, usd.sum.resourcesTaggedPercent],
      ['22.98240187109', '22.11254772829', 96.2, 71.5],
    );
    const credits = usd.apart.find((part) => part.class === 'credit');
    assert.deepEqual([credits?.rows, credits?.cost], [1, '-2.6137']);
  });
});
