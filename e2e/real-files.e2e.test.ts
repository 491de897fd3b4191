import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { sumDecimals } from '@counterfoil/core';
import { Installation } from './harness/installation.ts';
import type { MainJob } from './harness/main-job.ts';

const shared = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const options = existsSync(shared) ? {} : { skip: 'needs ../shared' };

/** Rows and sums counted by hand in the files; the traps are those that the files are known for. */
const FILES = [
  {
    file: 'focus_1.0_sample_multicloud.csv',
    rows: 1_000,
    billed: '20.52',
    basis: 'BilledCost',
    traps: [
      'EFFECTIVE_COST_ROUNDED',
      'NULL_AS_TEXT',
      'TIMESTAMPS_WITHOUT_ZONE',
      'EXTRA_COLUMNS',
      'CREDITS_INFLATE_COVERAGE',
    ],
  },
  {
    file: 'aws_cur_anonymous_export.csv',
    rows: 1_281,
    billed: '1.68',
    basis: 'EffectiveCost',
    traps: ['NO_RESOURCE_IDS', 'LEGACY_CUR_MAPPED'],
  },
  {
    file: 'focus_1.2_aws_synthetic_3000.csv',
    rows: 3_000,
    billed: '51633',
    basis: 'EffectiveCost',
    traps: ['COMMITMENT_PURCHASE_DOUBLE_COUNT', 'TAGS_UNIFORM', 'SERVICE_NAMES_ARE_CODES'],
  },
  {
    file: 'focus_1.3_aws_synthetic_2000.csv',
    rows: 2_000,
    billed: null,
    basis: 'EffectiveCost',
    traps: ['COMMITMENT_PURCHASE_DOUBLE_COUNT'],
  },
] as const;

for (const { file, rows, billed, basis, traps } of FILES) {
  test(
    `${file} goes through the main job: reconciled, its traps named, honestly nothing found`,
    options,
    async () => {
      await using installation = await Installation.create();
      const job = await installation.read<MainJob>([
        'up',
        '--demo',
        '--once',
        '--file',
        join(shared, file),
      ]);
      const [ingest] = job.ingest;
      assert.ok(ingest);
      assert.equal(ingest.rowsRead, rows);
      assert.equal(ingest.rowsLoaded + ingest.rowsRejected, rows);
      assert.equal(ingest.reconciled, true);
      assert.match(ingest.difference, /^0(\.0+)?$/);
      assert.equal(ingest.basis, basis);
      const sum = sumDecimals(ingest.totals.map(({ costs }) => costs.BilledCost));
      if (billed !== null) assert.ok(sum.startsWith(billed), `BilledCost is ${sum}`);
      const codes = new Set(ingest.findings.map(({ code }) => code));
      for (const trap of traps) assert.ok(codes.has(trap), `${trap} is not named`);
      assert.deepEqual(job.cases, []);
      assert.ok((job.detection?.limits.length ?? 0) > 0, 'it says why nothing could be found');
    },
  );
}

test('rows that do not parse are named and kept, and the others are loaded', async () => {
  await using installation = await Installation.create();
  const file = join(installation.directory, 'bill.csv');
  const header =
    'BilledCost,EffectiveCost,ListCost,ContractedCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,SubAccountId';
  const row = (cost: string, day: string) =>
    `${cost},${cost},${cost},${cost},1,USD,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,Usage,${day},2026-01-03T00:00:00Z,AWS,Amazon EC2,111122223333`;
  const rows = [
    row('1.10', '2026-01-02T00:00:00Z'),
    row('one', '2026-01-02T00:00:00Z'),
    row('2.20', 'yesterday'),
    row('3.30', '2026-01-02T00:00:00Z'),
  ];
  await writeFile(file, `${[header, ...rows].join('\n')}\n`);
  const job = await installation.read<MainJob>(['up', '--demo', '--once', '--file', file]);
  const [ingest] = job.ingest;
  assert.deepEqual([ingest?.rowsRead, ingest?.rowsLoaded, ingest?.rowsRejected], [4, 2, 2]);
  assert.equal(ingest?.reconciled, true);
});

test('a file that is no bill is refused with the missing columns, and nothing is half-loaded', async () => {
  await using installation = await Installation.create();
  const file = join(installation.directory, 'notes.csv');
  await writeFile(file, 'title,body\nhello,world\n');
  const refused = await installation.run(['up', '--demo', '--once', '--json', '--file', file]);
  assert.equal(refused.exitCode, 2, refused.stderr);
  assert.match(refused.stderr, /COLUMNS_MISSING|BilledCost/);
  const job = await installation.read<MainJob>(['up', '--demo', '--once']);
  assert.ok(job.cases.length > 0, 'the same installation works afterwards');
});
