import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openEngine } from '../../duck/engine.ts';
import { chargesSql } from '../../versions/charges-relation.ts';
import { createTestLake, focusCsv, type TestLake } from '../../lake.testing.ts';

/** Loads one CSV and gives the canonical columns asked for, in order of source row. */
async function mapped(
  lake: TestLake,
  csv: string | Uint8Array,
  columns: readonly string[],
  name = 'a.csv',
): Promise<readonly (readonly (string | null)[])[]> {
  const { manifest } = await lake.ingest(lake.file(name, csv));
  return canonical(lake, manifest.versionId, columns);
}

async function canonical(lake: TestLake, versionId: string, columns: readonly string[]) {
  const engine = await openEngine({
    spillDirectory: `${lake.directory}/spill`,
    memoryLimitMb: 200,
  });
  try {
    const manifest = await lake.versions.read(versionId);
    assert.ok(manifest);
    return await engine.rows(
      `SELECT ${columns.map((column) => `${column}::VARCHAR`).join(', ')} FROM (${chargesSql(lake.versions.chargesOf(manifest))}) ORDER BY x_SourceFile, x_SourceRow`,
    );
  } finally {
    engine.close();
  }
}

const CUR_FIELDS = [
  'bill_payer_account_id',
  'bill_billing_period_start_date',
  'bill_billing_period_end_date',
  'line_item_usage_account_id',
  'line_item_line_item_type',
  'line_item_usage_start_date',
  'line_item_usage_end_date',
  'line_item_product_code',
  'line_item_usage_type',
  'line_item_operation',
  'line_item_currency_code',
  'line_item_unblended_cost',
  'line_item_resource_id',
  'pricing_public_on_demand_cost',
  'product',
  'product_region_code',
  'reservation_effective_cost',
  'reservation_reservation_a_r_n',
  'reservation_unused_amortized_upfront_fee_for_billing_period',
  'reservation_unused_recurring_fee',
  'savings_plan_savings_plan_a_r_n',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_total_commitment_to_date',
  'savings_plan_used_commitment',
  'resource_tags',
] as const;

type CurRow = Partial<Record<(typeof CUR_FIELDS)[number], string>>;

const CUR_ROW: CurRow = {
  bill_payer_account_id: '900000000001',
  bill_billing_period_start_date: '2026-03-01T00:00:00.000Z',
  bill_billing_period_end_date: '2026-04-01T00:00:00.000Z',
  line_item_usage_account_id: '100000000001',
  line_item_usage_start_date: '2026-03-05T00:00:00.000Z',
  line_item_usage_end_date: '2026-03-05T01:00:00.000Z',
  line_item_product_code: 'AmazonEC2',
  line_item_usage_type: 'BoxUsage:m5.large',
  line_item_operation: 'RunInstances',
  line_item_currency_code: 'USD',
};

function curCsv(
  rows: readonly CurRow[],
  name: (field: string) => string = (field) => field,
): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map((row) =>
    CUR_FIELDS.map((field) => cell({ ...CUR_ROW, ...row }[field] ?? '')).join(','),
  );
  return [CUR_FIELDS.map(name).join(','), ...lines, ''].join('\n');
}

const AMORTISED: readonly (readonly [CurRow, string, string, string])[] = [
  [{ line_item_line_item_type: 'Usage', line_item_unblended_cost: '3' }, 'Usage', '3', '3'],
  [
    {
      line_item_line_item_type: 'SavingsPlanCoveredUsage',
      line_item_unblended_cost: '10',
      savings_plan_savings_plan_effective_cost: '7',
      savings_plan_savings_plan_a_r_n: 'arn:sp',
    },
    'Usage',
    '10',
    '7',
  ],
  [
    {
      line_item_line_item_type: 'SavingsPlanNegation',
      line_item_unblended_cost: '-10',
      savings_plan_savings_plan_a_r_n: 'arn:sp',
    },
    'Usage',
    '-10',
    '0',
  ],
  [
    {
      line_item_line_item_type: 'SavingsPlanRecurringFee',
      line_item_unblended_cost: '8',
      savings_plan_total_commitment_to_date: '8',
      savings_plan_used_commitment: '7',
      savings_plan_savings_plan_a_r_n: 'arn:sp',
    },
    'Purchase',
    '8',
    '1',
  ],
  [
    {
      line_item_line_item_type: 'DiscountedUsage',
      line_item_unblended_cost: '0',
      reservation_effective_cost: '2',
      reservation_reservation_a_r_n: 'arn:ri',
    },
    'Usage',
    '0',
    '2',
  ],
  [
    {
      line_item_line_item_type: 'RIFee',
      line_item_unblended_cost: '5',
      reservation_unused_amortized_upfront_fee_for_billing_period: '0.5',
      reservation_unused_recurring_fee: '1.5',
      reservation_reservation_a_r_n: 'arn:ri',
    },
    'Purchase',
    '5',
    '2',
  ],
  [{ line_item_line_item_type: 'Tax', line_item_unblended_cost: '1.1' }, 'Tax', '1.1', '1.1'],
  [{ line_item_line_item_type: 'Refund', line_item_unblended_cost: '-4' }, 'Credit', '-4', '-4'],
];

describe('layouts', () => {
  for (const [name, expected] of [
    ['CUR 2.0', (field: string) => field],
    ['legacy CUR', legacy],
  ] as const) {
    it(`amortises each kind of ${name} line as AWS describes it`, async (t) => {
      const lake = await createTestLake(t);
      const tagged = (field: string) => (field === 'resource_tags' ? 'x_ignored' : expected(field));
      const csv = curCsv(
        AMORTISED.map(([row]) => row),
        name === 'legacy CUR' ? tagged : expected,
      );
      const rows = await mapped(lake, csv, ['ChargeCategory', 'BilledCost', 'EffectiveCost']);
      assert.deepEqual(
        rows.map(([category, billed, effective]) => [category, Number(billed), Number(effective)]),
        AMORTISED.map(([, category, billed, effective]) => [
          category,
          Number(billed),
          Number(effective),
        ]),
      );
    });
  }

  it('names commitment, usage type, operation, product and tags of CUR 2.0', async (t) => {
    const lake = await createTestLake(t);
    const csv = curCsv([
      {
        line_item_line_item_type: 'SavingsPlanCoveredUsage',
        line_item_unblended_cost: '1',
        savings_plan_savings_plan_effective_cost: '1',
        savings_plan_savings_plan_a_r_n: 'arn:sp',
        product: '{"product_name":"Amazon Elastic Compute Cloud"}',
        product_region_code: 'eu-west-1',
        resource_tags: '{"user_team":"core"}',
      },
    ]);
    const [row] = await mapped(lake, csv, [
      'CommitmentDiscountId',
      'CommitmentDiscountStatus',
      'x_UsageType',
      'x_Operation',
      'ServiceName',
      'RegionId',
      'Tags',
    ]);
    assert.deepEqual(row, [
      'arn:sp',
      'Used',
      'BoxUsage:m5.large',
      'RunInstances',
      'Amazon Elastic Compute Cloud',
      'eu-west-1',
      '{user_team=core}',
    ]);
  });

  it('reads one column a tag in legacy CUR, without the prefix of user tags', async (t) => {
    const lake = await createTestLake(t);
    const csv = curCsv(
      [{ line_item_line_item_type: 'Usage', line_item_unblended_cost: '1', resource_tags: 'core' }],
      (field) => (field === 'resource_tags' ? 'resourceTags/user:Team' : legacy(field)),
    );
    assert.deepEqual(await mapped(lake, csv, ['Tags']), [['{Team=core}']]);
  });

  it('rejects a line of an unknown CUR type rather than guessing its category', async (t) => {
    const lake = await createTestLake(t);
    const csv = curCsv([
      { line_item_line_item_type: 'Usage', line_item_unblended_cost: '1' },
      { line_item_line_item_type: 'Novelty', line_item_unblended_cost: '1' },
    ]);
    const { manifest } = await lake.ingest(lake.file('a.csv', csv));
    assert.equal(manifest.problems[0]?.value, 'Novelty');
    assert.equal(manifest.rowsRejected, 1);
  });

  it('tells FOCUS versions apart by their columns, and takes the names of 1.4', async (t) => {
    const lake = await createTestLake(t);
    for (const [columns, layout] of [
      [{}, 'FOCUS 1.1'],
      [{ InvoiceId: 'i' }, 'FOCUS 1.2'],
      [{ HostProviderName: 'AWS' }, 'FOCUS 1.3'],
    ] as const) {
      const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv([columns])));
      assert.equal(manifest.files[0]?.layout, layout);
    }
    const four = focusCsv([{ HostProviderName: 'Host' }]).replace(
      'ProviderName,',
      'ServiceProviderName,',
    );
    const { manifest } = await lake.ingest(lake.file('four.csv', four));
    assert.equal(manifest.files[0]?.layout, 'FOCUS 1.4');
    assert.deepEqual(await canonical(lake, manifest.versionId, ['ProviderName', 'PublisherName']), [
      ['AWS', 'Host'],
    ]);
  });

  it('reads Parquet as it reads CSV: typed times, doubles, maps', async (t) => {
    const lake = await createTestLake(t);
    const engine = await openEngine({
      spillDirectory: `${lake.directory}/spill`,
      memoryLimitMb: 200,
    });
    const path = `${lake.directory}/a.parquet`;
    await engine.run(`COPY (SELECT 0.1::DOUBLE AS BilledCost, 5.6e-05::DOUBLE AS EffectiveCost, '9' AS BillingAccountId, 'USD' AS BillingCurrency,
      TIMESTAMP '2026-03-01' AS BillingPeriodStart, TIMESTAMPTZ '2026-04-01 00:00:00+00' AS BillingPeriodEnd, 'Usage' AS ChargeCategory,
      TIMESTAMP_MS '2026-03-05 10:00:00' AS ChargePeriodStart, TIMESTAMP '2026-03-05 11:00:00' AS ChargePeriodEnd, 'Compute' AS ServiceName,
      'AWS' AS ProviderName, MAP {'team': 'core'} AS Tags) TO '${path}' (FORMAT parquet)`);
    engine.close();
    const { manifest } = await lake.ingest(path);
    assert.deepEqual(
      await canonical(lake, manifest.versionId, [
        'BilledCost',
        'EffectiveCost',
        'ChargePeriodStart',
        'Tags',
        'SubAccountId',
      ]),
      [['0.100000000000000000', '0.000056000000000000', '2026-03-05 10:00:00', '{team=core}', '9']],
    );
    assert.ok(!manifest.findings.some(({ code }) => code === 'TIMESTAMPS_WITHOUT_ZONE'));
  });
});

function legacy(field: string): string {
  const groups = { line_item: 'lineItem', savings_plan: 'savingsPlan' } as Record<string, string>;
  const [group = ''] =
    /^(line_item|savings_plan|bill|product|pricing|reservation)/.exec(field) ?? [];
  const words = field.slice(group.length + 1).split('_');
  return `${groups[group] ?? group}/${words.map((word) => (word[0] ?? '').toUpperCase() + word.slice(1)).join('')}`;
}
