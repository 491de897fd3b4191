import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { chooseBasis } from './basis.ts';
import type { FindingCode } from './finding.ts';

async function codesOf(
  t: Parameters<typeof createTestLake>[0],
  rows: readonly TestRow[],
): Promise<readonly FindingCode[]> {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  return manifest.findings.map(({ code }) => code);
}

function times(count: number, row: (at: number) => TestRow): readonly TestRow[] {
  return Array.from({ length: count }, (_, at) => row(at));
}

const rounded = (at: number): TestRow => ({ BilledCost: `${at}.37`, EffectiveCost: `${at}` });
const exact = (at: number): TestRow => ({ BilledCost: `${at}.37`, EffectiveCost: `${at}.30` });

describe('data quality findings', () => {
  const cases: readonly (readonly [FindingCode, readonly TestRow[], readonly TestRow[]])[] = [
    ['EFFECTIVE_COST_ROUNDED', times(20, rounded), [...times(19, rounded), exact(20)]],
    ['EFFECTIVE_COST_ROUNDED', times(20, rounded), times(19, rounded)],
    ['EFFECTIVE_COST_MISSING', [{ EffectiveCost: '' }, {}], [{}]],
    ['LIST_COST_MISSING', [{ ListCost: '' }], [{}]],
    [
      'COMMITMENT_PURCHASE_DOUBLE_COUNT',
      [{ CommitmentDiscountCategory: 'Spend', ChargeCategory: 'Purchase' }],
      [{ CommitmentDiscountCategory: 'Spend', ChargeCategory: 'Usage' }],
    ],
    ['MIXED_CURRENCY', [{}, { BillingCurrency: 'EUR' }], [{}, {}]],
    [
      'CREDITS_INFLATE_COVERAGE',
      [
        { BilledCost: '8' },
        { BilledCost: '2', Tags: '' },
        { BilledCost: '-5', ChargeCategory: 'Credit', Tags: '' },
      ],
      [{ BilledCost: '8' }, { BilledCost: '2', Tags: '' }],
    ],
    ['NO_RESOURCE_IDS', [{ ResourceId: '' }], [{ ResourceId: '' }, { ResourceId: 'i' }]],
    ['SUB_ACCOUNT_FILLED', [{ SubAccountId: '' }, {}], [{}]],
    ['TAGS_UNIFORM', times(50, () => ({})), times(49, () => ({}))],
    ['TAGS_UNIFORM', times(50, () => ({})), [...times(50, () => ({})), { Tags: '{"other":"x"}' }]],
    [
      'SERVICE_NAMES_ARE_CODES',
      [{ ServiceName: 'AmazonEC2' }],
      [{ ServiceName: 'AmazonEC2' }, { ServiceName: 'Amazon Simple Storage Service' }],
    ],
    [
      'ROW_DATES_OUTSIDE_PERIOD',
      [{ ChargePeriodStart: '2026-04-01T00:00:00Z', ChargePeriodEnd: '2026-04-02T00:00:00Z' }],
      [{ ChargePeriodStart: '2026-03-31T23:00:00Z', ChargePeriodEnd: '2026-04-01T00:00:00Z' }],
    ],
    ['ROW_DATES_OUTSIDE_PERIOD', [{ ChargePeriodEnd: '2026-03-05T00:00:00Z' }], [{}]],
    [
      'SHORT_HISTORY',
      times(13, (at) => ({
        ChargePeriodStart: `2026-03-${String(at + 1).padStart(2, '0')}`,
        ChargePeriodEnd: '2026-03-20',
      })),
      times(14, (at) => ({
        ChargePeriodStart: `2026-03-${String(at + 1).padStart(2, '0')}`,
        ChargePeriodEnd: '2026-03-20',
      })),
    ],
    [
      'DECIMALS_CUT',
      [{ BilledCost: '0.1234567890123456789' }],
      [{ BilledCost: '0.1234567890123456780' }],
    ],
    ['TIMESTAMPS_WITHOUT_ZONE', [{ ChargePeriodStart: '2026-03-05 00:00:00' }], [{}]],
    ['NULL_AS_TEXT', [{ RegionId: 'NULL' }], [{ RegionId: 'NULLS' }]],
  ];
  for (const [at, [code, withTrap, without]] of cases.entries()) {
    it(`finds ${code} where it is and not where it is not (${at + 1})`, async (t) => {
      assert.ok((await codesOf(t, withTrap)).includes(code));
      assert.ok(!(await codesOf(t, without)).includes(code));
    });
  }

  it('falls back to BilledCost only where EffectiveCost cannot be used', () => {
    assert.equal(chooseBasis([]), 'EffectiveCost');
    assert.equal(chooseBasis([{ code: 'MIXED_CURRENCY' }]), 'EffectiveCost');
    assert.equal(chooseBasis([{ code: 'EFFECTIVE_COST_ROUNDED' }]), 'BilledCost');
    assert.equal(chooseBasis([{ code: 'EFFECTIVE_COST_MISSING' }]), 'BilledCost');
  });
});
