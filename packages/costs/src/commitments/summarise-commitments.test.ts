import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
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

describe('the worked examples of the FOCUS specification', () => {
  const folder = join(import.meta.dirname, '../../../../../shared/data/focus_spec_commitments');
  /** Utilisation by cost, coverage by list cost, effective savings rate. */
  const cases = [
    ['one_hundred_percent_utilization_without_commitment_discount_flexibility', 100, 100, 50],
    ['zero_percent_utilization_without_commitment_discount_flexibility', 0, null, -75],
  ] as const;
  for (const [name, utilisation, coverage, savingsRate] of cases) {
    it(`give what they say: ${name}`, async (t) => {
      const file = join(folder, `${name}.csv`);
      if (!existsSync(file)) return t.skip('needs ../shared');
      const [header = '', ...lines] = readFileSync(file, 'utf8')
        .split(/\r?\n/)
        .filter((line) => line !== '');
      const names = header.split(',');
      const rows = lines.map((line): TestRow => {
        const cells = line.split(',').map((cell) => (cell === 'null' ? '' : cell));
        return Object.fromEntries(names.map((column, at) => [column, cells[at] ?? '']));
      });
      const found = await summary(
        t,
        rows.map((row) => ({ ChargeClass: '', ...row })),
      );
      assert.deepEqual(
        [
          found.commitments[0]?.utilisationPercent,
          found.coveragePercent,
          found.effectiveSavingsRatePercent,
        ],
        [utilisation, coverage, savingsRate],
      );
    });
  }
});
