import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createTestLake, focusCsv } from '../lake.testing.ts';

describe('ingest', () => {
  it('sums each cost by currency, category and billing period, exactly', async (t) => {
    const lake = await createTestLake(t);
    const path = lake.file(
      'a.csv',
      focusCsv([
        { BilledCost: '0.1', EffectiveCost: '0.000000000000000001' },
        { BilledCost: '0.2', EffectiveCost: '2e-3' },
        { BilledCost: '-5', ChargeCategory: 'Credit' },
      ]),
    );
    const { manifest } = await lake.ingest(path);
    const usage = manifest.totals.find((total) => total.chargeCategory === 'Usage');
    assert.equal(usage?.costs.BilledCost, '0.300000000000000000');
    assert.equal(usage?.costs.EffectiveCost, '0.002000000000000001');
    assert.equal(usage?.rows, 2);
    assert.equal(usage?.billingPeriod, '2026-03-01');
    const billed = manifest.files[0]?.reconciliation.find(({ column }) => column === 'BilledCost');
    assert.equal(billed?.source, '-4.700000000000000000');
    assert.equal(billed?.difference, '0.000000000000000000');
    assert.equal(manifest.reconciled, true);
  });

  it('gives the same version for the same contents, whatever their names and order', async (t) => {
    const lake = await createTestLake(t);
    const a = lake.file('a.csv', focusCsv([{ ResourceId: 'a' }]));
    const b = lake.file('b.csv', focusCsv([{ ResourceId: 'b' }]));
    const first = await lake.ingest(a, b);
    renameSync(a, join(lake.directory, 'z.csv'));
    const second = await lake.ingest(b, join(lake.directory, 'z.csv'));
    assert.equal(second.status, 'known');
    assert.equal(second.manifest.versionId, first.manifest.versionId);
    const third = await lake.ingest(b);
    assert.notEqual(third.manifest.versionId, first.manifest.versionId);
  });

  it('loads a file that is given twice once, and says so', async (t) => {
    const lake = await createTestLake(t);
    const text = focusCsv([{}, {}]);
    const { manifest } = await lake.ingest(lake.file('a.csv', text), lake.file('copy.csv', text));
    assert.equal(manifest.rowsLoaded, 2);
    assert.equal(
      manifest.findings.find(({ code }) => code === 'DUPLICATE_FILE')?.subject,
      'copy.csv',
    );
  });

  it('reads folders at every depth, patterns, gzip and names that look like patterns', async (t) => {
    const lake = await createTestLake(t);
    mkdirSync(join(lake.directory, 'in', 'deep'), { recursive: true });
    lake.file('in/report[1].csv', focusCsv([{ ResourceId: 'plain' }]));
    lake.file('in/deep/b.csv.gz', gzipSync(focusCsv([{ ResourceId: 'zipped' }])));
    lake.file('in/readme.txt', 'not billing data');
    const folder = await lake.ingest(join(lake.directory, 'in'));
    assert.deepEqual(
      folder.manifest.files.map(({ name, rowsLoaded }) => [name, rowsLoaded]),
      [
        ['b.csv.gz', 1],
        ['report[1].csv', 1],
      ],
    );
    const pattern = await lake.ingest(join(lake.directory, 'in', '**', '*.gz'));
    assert.equal(pattern.manifest.rowsLoaded, 1);
  });

  it('takes all files or none', async (t) => {
    const lake = await createTestLake(t);
    const good = lake.file('good.csv', focusCsv([{}]));
    const bad = lake.file('zz-bad.csv', 'some,other,table\n1,2,3\n');
    await assert.rejects(lake.ingest(good, bad), { code: 'COLUMNS_MISSING' });
    assert.deepEqual(await lake.versions.list(), []);
    assert.deepEqual(readdirSync(join(lake.directory, 'lake', 'versions')), []);
  });

  it('keeps currencies apart and names them', async (t) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(
      lake.file('a.csv', focusCsv([{}, { BillingCurrency: 'EUR', BilledCost: '7' }])),
    );
    assert.deepEqual(manifest.currencies, ['EUR', 'USD']);
    const finding = manifest.findings.find(({ code }) => code === 'MIXED_CURRENCY');
    assert.equal(finding?.figures['EUR'], '7.000000000000000000');
    assert.deepEqual(
      manifest.files[0]?.reconciliation
        .filter(({ column }) => column === 'BilledCost')
        .map(({ currency, source }) => [currency, source.slice(0, 4)]),
      [
        ['EUR', '7.00'],
        ['USD', '1.00'],
      ],
    );
  });

  it('keeps rows that do not parse, with file, row, column, value and reason', async (t) => {
    const lake = await createTestLake(t);
    const long = 'x'.repeat(200);
    const path = lake.file(
      'a.csv',
      focusCsv([
        { ResourceId: 'good-1' },
        { BilledCost: '12,50', ResourceId: 'comma' },
        { ChargePeriodStart: long },
        { ChargeCategory: 'Bribe' },
        { BillingCurrency: 'dollars' },
        { ResourceId: 'good-2', Tags: 'not json' },
        { ListCost: '', ResourceId: 'good-3' },
      ]),
    );
    const { manifest } = await lake.ingest(path);
    assert.deepEqual([manifest.rowsRead, manifest.rowsLoaded, manifest.rowsRejected], [7, 3, 4]);
    assert.deepEqual(
      manifest.problems.map(({ row, column, value, outcome }) => [row, column, value, outcome]),
      [
        [2, 'BilledCost', '12,50', 'rejected'],
        [3, 'ChargePeriodStart', long.slice(0, 80), 'rejected'],
        [4, 'ChargeCategory', 'Bribe', 'rejected'],
        [5, 'BillingCurrency', 'dollars', 'rejected'],
        [6, 'Tags', 'not json', 'loaded_without_value'],
      ],
    );
    const directory = lake.versions.parts.directoryOf(manifest.files[0]?.partId ?? '');
    const rejects = readFileSync(join(directory, 'rejects.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(rejects.length, 5);
    assert.ok(rejects[0].cells.includes('12,50') && rejects[0].cells.includes('comma'));
    assert.ok(rejects[1].cells.includes(long));
    // A rejected row whose cost parses still counts towards the file's own sum.
    const billed = manifest.files[0]?.reconciliation.find(
      ({ column, currency }) => column === 'BilledCost' && currency === 'USD',
    );
    assert.equal(billed?.loaded, '3.000000000000000000');
    assert.equal(billed?.rejected, '2.000000000000000000');
    assert.equal(manifest.reconciled, true);
  });

  it('refuses files without a single row that can be loaded', async (t) => {
    const lake = await createTestLake(t);
    const header = focusCsv([{}]).split('\n')[0] ?? '';
    await assert.rejects(lake.ingest(lake.file('none.csv', `${header}\n`)), { code: 'ROWS_NONE' });
    await assert.rejects(lake.ingest(lake.file('bad.csv', focusCsv([{ BilledCost: 'x' }]))), {
      code: 'ROWS_ALL_REJECTED',
    });
    await assert.rejects(lake.ingest(lake.file('empty.csv', '')), { code: 'FILE_EMPTY' });
    await assert.rejects(lake.ingest(join(lake.directory, 'absent.csv')), { code: 'FILE_MISSING' });
  });

  it('names the missing columns and the nearest layouts', async (t) => {
    const lake = await createTestLake(t);
    const columns = Object.keys({
      BilledCost: 1,
      ChargeCategory: 1,
      ServiceName: 1,
      ProviderName: 1,
    });
    const path = lake.file('few.csv', focusCsv([{}], columns));
    await assert.rejects(lake.ingest(path), (error: Error) => {
      assert.match(
        error.message,
        /few\.csv.*FOCUS Cost and Usage.*lacks BillingAccountId, BillingCurrency/,
      );
      return true;
    });
  });

  it('takes a time without zone as UTC and counts such rows', async (t) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(
      lake.file(
        'a.csv',
        focusCsv([
          { ChargePeriodStart: '2026-03-05 23:00:00' },
          { ChargePeriodStart: '2026-03-05' },
          { ChargePeriodStart: '2026-03-05T23:00:00Z' },
          { ChargePeriodStart: '2026-03-06T01:00:00+02:00' },
        ]),
      ),
    );
    const finding = manifest.findings.find(({ code }) => code === 'TIMESTAMPS_WITHOUT_ZONE');
    assert.equal(finding?.figures['rows'], 2);
    const version = await lake.open(manifest.versionId);
    const answer = await version.scoped('all').query({
      measures: ['BilledCost'],
      groupBy: ['day'],
      filter: {},
      fromDate: '2026-03-01',
      toDate: '2026-04-01',
    });
    assert.deepEqual(answer.rows, [['2026-03-05', '4.000000000000000000']]);
  });

  it('reads the word NULL as missing and says how often', async (t) => {
    const lake = await createTestLake(t);
    const path = lake.file(
      'a.csv',
      focusCsv([
        { ResourceId: 'NULL', ListCost: 'NULL', Tags: 'NULL' },
        { ResourceId: 'NULLABLE' },
      ]),
    );
    const { manifest } = await lake.ingest(path);
    const finding = manifest.findings.find(({ code }) => code === 'NULL_AS_TEXT');
    assert.deepEqual(finding?.figures, { cells: 3, rows: 1 });
    const version = await lake.open(manifest.versionId);
    const answer = await version.scoped('all').query({
      measures: ['ListCost'],
      groupBy: ['resourceId'],
      filter: {},
      fromDate: '2026-03-01',
      toDate: '2026-04-01',
    });
    assert.deepEqual(answer.rows, [
      [null, null],
      ['NULLABLE', '1.500000000000000000'],
    ]);
  });
});
