import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { sumDecimals } from '@counterfoil/core';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { summariseCommitments } from './summarise-commitments.ts';

const ID = { CommitmentDiscountId: 'sp-1', CommitmentDiscountType: 'Savings Plan' };
const USED = { ...ID, CommitmentDiscountStatus: 'Used', PricingCategory: 'Committed' };
const UNUSED = { ...USED, CommitmentDiscountStatus: 'Unused' };
const STANDARD = { PricingCategory: 'Standard' };

/** A charge with list and effective cost; a test's rows share one set of columns. */
function charge(list: string, effective: string, fields: TestRow): TestRow {
  return {
    ChargeClass: '',
    CommitmentDiscountId: '',
    CommitmentDiscountType: '',
    CommitmentDiscountStatus: '',
    PricingCategory: '',
    ListCost: list,
    EffectiveCost: effective,
    ...fields,
  };
}

async function summary(t: TestContext, rows: readonly TestRow[]) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  const answer = await summariseCommitments(version.scoped('all'), manifest.currencies);
  const [only] = answer.currencies;
  assert.ok(only);
  return only;
}

describe('commitments', () => {
  it('are used as far as their cost went to usage', async (t) => {
    const { commitments } = await summary(t, [charge('9', '3', USED), charge('3', '1', UNUSED)]);
    assert.deepEqual(
      commitments.map(({ used, unused, utilisationPercent }) => [
        Number(used),
        Number(unused),
        utilisationPercent,
      ]),
      [[3, 1, 75]],
    );
  });

  it('cover usage of the services they are used in, spot prices apart', async (t) => {
    const { coveragePercent, effectiveCoveragePercent } = await summary(t, [
      charge('6', '3', USED),
      charge('2', '2', STANDARD),
      charge('100', '100', { ...STANDARD, ServiceName: 'Storage' }),
      charge('100', '50', { PricingCategory: 'Dynamic' }),
    ]);
    assert.deepEqual([coveragePercent, effectiveCoveragePercent], [75, 60]);
  });

  it('save against list cost, without the purchase that paid for them', async (t) => {
    const { effectiveSavingsRatePercent } = await summary(t, [
      charge('6', '3', USED),
      charge('4', '4', STANDARD),
      charge('500', '0', { ...ID, ChargeCategory: 'Purchase' }),
    ]);
    assert.equal(effectiveSavingsRatePercent, 30);
  });

  it('show as a loss where more is wasted than saved', async (t) => {
    const { effectiveSavingsRatePercent } = await summary(t, [
      charge('4', '2', USED),
      charge('8', '3', UNUSED),
    ]);
    assert.equal(effectiveSavingsRatePercent, -25);
  });

  it('expire when the term of a one-time purchase ends, which an instalment of 31 days does not tell', async (t) => {
    const purchase = (id: string, end: string) =>
      charge('0', '0', {
        ...ID,
        CommitmentDiscountId: id,
        ChargeCategory: 'Purchase',
        ChargePeriodStart: '2026-03-01T00:00:00Z',
        ChargePeriodEnd: end,
      });
    const { commitments } = await summary(t, [
      purchase('instalment', '2026-04-01T00:00:00Z'),
      purchase('three-years', '2029-03-01T00:00:00Z'),
      purchase('32-days', '2026-04-02T00:00:00Z'),
    ]);
    assert.deepEqual(
      commitments.map(({ commitmentDiscountId, expiresDate }) => [
        commitmentDiscountId,
        expiresDate,
      ]),
      [
        ['32-days', '2026-04-02'],
        ['three-years', '2029-03-01'],
        ['instalment', null],
      ],
    );
  });

  it('leave everything unknown where there are none', async (t) => {
    const { commitments, coveragePercent } = await summary(t, [charge('2', '2', STANDARD)]);
    assert.deepEqual([commitments, coveragePercent], [[], null]);
  });
});

interface Expected {
  /** BilledCost of purchases, used and unused by EffectiveCost. */
  readonly money: readonly [purchased: string, used: string, unused: string];
  /** By cost, and by the commitment's own unit. */
  readonly utilisation: readonly [number | null, number | null];
  /** By list cost and by effective cost; examples without a ListCost cannot say the first. */
  readonly coverage: readonly [number | null, number | null];
  readonly savingsRate: number | null;
  readonly expires: string | null;
  /** Rows of the example that no reader can take: it writes an hour 30. */
  readonly rowsRejected?: number;
}

const NOTHING_USED = {
  utilisation: [null, null],
  coverage: [null, null],
  savingsRate: null,
} as const;

/** What each of the eleven worked examples of the specification says (specification/data/commitment_discount_*). */
const EXAMPLES: Readonly<Record<string, Expected>> = {
  commitment_discount_purchase_scenario_1: {
    ...NOTHING_USED,
    money: ['8760', '0', '0'],
    expires: '2024-01-01',
  },
  commitment_discount_purchase_scenario_2: {
    ...NOTHING_USED,
    money: ['2', '0', '0'],
    expires: null,
    rowsRejected: 1,
  },
  commitment_discount_purchase_scenario_3: {
    ...NOTHING_USED,
    money: ['4381', '0', '0'],
    expires: '2024-01-01',
    rowsRejected: 1,
  },
  commitment_discount_usage_scenario_1: {
    money: ['0', '1', '0'],
    utilisation: [100, 100],
    coverage: [null, 100],
    savingsRate: null,
    expires: null,
  },
  commitment_discount_usage_scenario_2: {
    money: ['0', '0', '1'],
    utilisation: [0, 0],
    coverage: [null, null],
    savingsRate: null,
    expires: null,
  },
  commitment_discount_usage_scenario_3: {
    money: ['0', '0.75', '0.25'],
    utilisation: [75, 75],
    coverage: [null, 100],
    savingsRate: null,
    expires: null,
  },
  commitment_discount_usage_scenario_4: {
    money: ['0', '1', '0'],
    utilisation: [100, 100],
    coverage: [null, 66.7],
    savingsRate: null,
    expires: null,
  },
  one_hundred_percent_utilization_with_commitment_discount_flexibility_with_1_resource: {
    money: ['0.5', '0.5', '0'],
    utilisation: [100, 100],
    coverage: [57.1, 18.2],
    savingsRate: 47.6,
    expires: null,
  },
  one_hundred_percent_utilization_with_commitment_discount_flexibility_with_2_resources: {
    money: ['2', '2', '0'],
    utilisation: [100, 100],
    coverage: [100, 100],
    savingsRate: 50,
    expires: null,
  },
  one_hundred_percent_utilization_without_commitment_discount_flexibility: {
    money: ['1.5', '1.5', '0'],
    utilisation: [100, 100],
    coverage: [100, 100],
    savingsRate: 50,
    expires: null,
  },
  zero_percent_utilization_without_commitment_discount_flexibility: {
    money: ['1.5', '0', '1.5'],
    utilisation: [0, 0],
    coverage: [null, null],
    savingsRate: -75,
    expires: null,
  },
};

describe('the worked examples of the FOCUS specification', () => {
  const folder = join(import.meta.dirname, '../../../../../shared/data/focus_spec_commitments');

  it('are all checked here', (t) => {
    if (!existsSync(folder)) return t.skip('needs ../shared');
    const names = readdirSync(folder).map((file) => file.replace('.csv', ''));
    assert.deepEqual(names.toSorted(), Object.keys(EXAMPLES).toSorted());
    assert.equal(names.length, 11);
  });

  for (const [name, expected] of Object.entries(EXAMPLES)) {
    it(`give what they say: ${name}`, async (t) => {
      const path = join(folder, `${name}.csv`);
      if (!existsSync(path)) return t.skip('needs ../shared');
      const { only, rowsRejected } = await exampleOf(t, path);
      const [commitment] = only.commitments;
      const plain = (amount: string | undefined) => sumDecimals([amount ?? '0']);
      assert.deepEqual(
        {
          money: [commitment?.purchased, commitment?.used, commitment?.unused].map(plain),
          utilisation: [
            commitment?.utilisationPercent,
            commitment?.quantity?.utilisationPercent ?? null,
          ],
          coverage: [only.coveragePercent, only.effectiveCoveragePercent],
          savingsRate: only.effectiveSavingsRatePercent,
          expires: commitment?.expiresDate,
          rowsRejected,
        },
        { rowsRejected: 0, ...expected },
      );
      assert.deepEqual([only.usedCost, only.unusedCost], expected.money.slice(1));
    });
  }
});

/** An example with what every bill needs and the examples leave out. */
async function exampleOf(t: TestContext, path: string) {
  const [header = '', ...lines] = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const names = header.split(',');
  const rows = lines.map((line): TestRow => {
    const cells = line.split(',').map((cell) => (cell === 'null' ? '' : cell));
    const row = Object.fromEntries(names.map((column, at) => [column, cells[at] ?? '']));
    return { ChargeClass: '', ...(names.includes('ListCost') ? {} : { ListCost: '' }), ...row };
  });
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  const answer = await summariseCommitments(version.scoped('all'), manifest.currencies);
  const [only] = answer.currencies;
  assert.ok(only);
  return { only, rowsRejected: manifest.rowsRejected };
}
