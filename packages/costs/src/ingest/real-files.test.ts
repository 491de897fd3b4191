import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createTestLake } from '../lake.testing.ts';
import type { Finding, FindingCode } from '../quality/finding.ts';
import { addDecimals } from '../duck/decimal.ts';

const DATA = join(import.meta.dirname, '../../../../../shared/data');

/** Path of a shared file, or null after naming the test as skipped. */
function shared(t: TestContext, name: string): string | null {
  const path = join(DATA, name);
  if (existsSync(path)) return path;
  t.skip(`needs ../shared/data/${name}`);
  return null;
}

function findingOf(findings: readonly Finding[], code: FindingCode): Finding['figures'] {
  const finding = findings.find((candidate) => candidate.code === code);
  assert.ok(finding, `${code} was not found`);
  return finding.figures;
}

/** Sums one column of a CSV with a reader of its own, independent of the lake. */
function sumColumn(path: string, column: string): { readonly rows: number; readonly sum: string } {
  const records = splitCsv(readFileSync(path, 'utf8'));
  const [header = [], ...rows] = records;
  const at = header.indexOf(column);
  assert.notEqual(at, -1, column);
  const sum = rows
    .map((row) => plainDecimal(row[at] ?? ''))
    .reduce((total, value) => addDecimals(total, value), '0');
  return { rows: rows.length, sum };
}

function plainDecimal(text: string): string {
  if (text === '' || text === 'NULL') return '0';
  return /e/i.test(text) ? Number(text).toFixed(18) : text;
}

function splitCsv(text: string): string[][] {
  const cells = /("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r?\n|$)/y;
  const records: string[][] = [[]];
  while (cells.lastIndex < text.length) {
    const match = cells.exec(text);
    assert.ok(match);
    const [, cell = '', end] = match;
    records.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== ',') records.push([]);
  }
  return records.filter((record) => record.length > 1);
}

describe('the real and published billing files', () => {
  for (const [name, layout, column, cost] of [
    ['focus_1.0_sample_multicloud.csv', 'FOCUS 1.0', 'BilledCost', 'BilledCost'],
    ['focus_1.0_sample_multicloud.csv', 'FOCUS 1.0', 'ListCost', 'ListCost'],
    ['focus_1.2_aws_synthetic_3000.csv', 'FOCUS 1.2', 'EffectiveCost', 'EffectiveCost'],
    ['focus_1.3_aws_synthetic_2000.csv', 'FOCUS 1.3', 'BilledCost', 'BilledCost'],
    ['aws_cur_anonymous_export.csv', 'AWS legacy CUR', 'lineItem/UnblendedCost', 'BilledCost'],
    ['azure_ea_anonymous_export.csv', 'Azure EA', 'CostInBillingCurrency', 'BilledCost'],
  ] as const) {
    it(`reconciles ${column} of ${name} with another reader's sum, to the last digit`, async (t) => {
      const path = shared(t, name);
      if (path === null) return;
      const lake = await createTestLake(t);
      const { manifest } = await lake.ingest(path);
      const expected = sumColumn(path, column);
      assert.equal(manifest.files[0]?.layout, layout);
      assert.deepEqual([manifest.rowsLoaded, manifest.rowsRejected], [expected.rows, 0]);
      const entry = manifest.files[0]?.reconciliation.find((one) => one.column === cost);
      assert.equal(entry?.loaded, addDecimals(expected.sum, '0'));
      assert.equal(manifest.reconciled, true);
    });
  }

  it('finds the traps of the FOCUS 1.0 sample', async (t) => {
    const path = shared(t, 'focus_1.0_sample_multicloud.csv');
    if (path === null) return;
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(path);
    const { findings } = manifest;
    assert.equal(manifest.rowsLoaded, 1_000);
    const rounded = findingOf(findings, 'EFFECTIVE_COST_ROUNDED');
    assert.deepEqual([rounded['rows'], rounded['rowsZero']], [942, 931]);
    assert.equal(Number(rounded['effectiveTotal']), 13);
    assert.equal(Number(rounded['billedTotal']).toFixed(2), '18.01');
    assert.equal(Number(rounded['listTotal']).toFixed(2), '18.15');
    assert.equal(manifest.basis, 'BilledCost');
    assert.ok(Number(findingOf(findings, 'NULL_AS_TEXT')['cells']) > 0);
    assert.equal(findingOf(findings, 'TIMESTAMPS_WITHOUT_ZONE')['rows'], 1_000);
    assert.equal(findingOf(findings, 'EXTRA_COLUMNS')['names'], 'Id');
    const coverage = findingOf(findings, 'CREDITS_INFLATE_COVERAGE');
    assert.deepEqual([coverage['rows'], coverage['rowsTagged']], [942, 653]);
    assert.equal(Number(coverage['credits']).toFixed(2), '-2.61');
    assert.ok(Number(coverage['taggedPercentWithCredits']) >= 109);
    assert.ok(Number(coverage['taggedPercent']) <= 100);
  });

  it('finds the traps of the FOCUS 1.2 file', async (t) => {
    const path = shared(t, 'focus_1.2_aws_synthetic_3000.csv');
    if (path === null) return;
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(path);
    const figures = findingOf(manifest.findings, 'COMMITMENT_PURCHASE_DOUBLE_COUNT');
    assert.equal(figures['purchaseRows'], 629);
    assert.deepEqual(
      ['listCostAllRows', 'listCostUsage', 'billedCostAllRows', 'effectiveCostAllRows'].map(
        (name) => Number(figures[name]).toFixed(0),
      ),
      ['53427', '16729', '51633', '18525'],
    );
    assert.equal(
      findingOf(manifest.findings, 'TAGS_UNIFORM')['keys'],
      'CostCenter, Environment, Owner',
    );
    assert.ok(findingOf(manifest.findings, 'SERVICE_NAMES_ARE_CODES')['rowsCoded']);
    assert.equal(manifest.basis, 'EffectiveCost');
    const version = await lake.open(manifest.versionId);
    const usage = await version.scoped('all').query({
      measures: ['ListCost'],
      groupBy: [],
      filter: {},
      fromDate: '2026-05-01',
      toDate: '2026-06-01',
    });
    assert.equal(Number(usage.rows[0]?.[0]).toFixed(0), '16729');
  });

  it('maps the legacy CUR: 1,281 rows, 1.68 USD, no resource named', async (t) => {
    const path = shared(t, 'aws_cur_anonymous_export.csv');
    if (path === null) return;
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(path);
    findingOf(manifest.findings, 'LEGACY_CUR_MAPPED');
    assert.equal(findingOf(manifest.findings, 'NO_RESOURCE_IDS')['usageRows'], 1_269);
    const rows = Object.groupBy(manifest.totals, ({ chargeCategory }) => chargeCategory);
    assert.deepEqual([rows['Usage']?.[0]?.rows, rows['Tax']?.[0]?.rows], [1_269, 12]);
    const [billed] = manifest.files[0]?.reconciliation ?? [];
    assert.equal(Number(billed?.loaded).toFixed(2), '1.68');
    assert.deepEqual([manifest.fromDate, manifest.toDate], ['2023-11-01', '2023-11-15']);
  });

  it('maps the Azure export: 27 rows of one day in CAD, exponents included', async (t) => {
    const path = shared(t, 'azure_ea_anonymous_export.csv');
    if (path === null) return;
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(path);
    assert.deepEqual([manifest.rowsLoaded, manifest.currencies], [27, ['CAD']]);
    assert.equal(findingOf(manifest.findings, 'SHORT_HISTORY')['days'], 1);
    findingOf(manifest.findings, 'LIST_COST_MISSING');
  });

  it('says what the other published files are instead of Cost and Usage', async (t) => {
    const lake = await createTestLake(t);
    for (const [name, code] of [
      ['focus_1.3_aws_contract_commitment_2000.csv', 'DATASET_UNSUPPORTED'],
      ['focus_sample_tiny.parquet', 'COLUMNS_MISSING'],
      ['focus_spec_commitments', 'COLUMNS_MISSING'],
    ] as const) {
      const path = shared(t, name);
      if (path === null) return;
      await assert.rejects(lake.ingest(path), { code });
    }
  });

  it('makes one version of all files together', async (t) => {
    const names = [
      'focus_1.0_sample_multicloud.csv',
      'aws_cur_anonymous_export.csv',
      'azure_ea_anonymous_export.csv',
    ];
    const paths = names.map((name) => shared(t, name)).filter((path) => path !== null);
    if (paths.length < names.length) return;
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingest(...paths);
    assert.equal(manifest.rowsLoaded, 1_000 + 1_281 + 27);
    assert.deepEqual(manifest.currencies, ['CAD', 'USD']);
    assert.equal(manifest.reconciled, true);
    assert.equal(manifest.files.length, 3);
    // The other files do not hide what one of them has.
    findingOf(manifest.findings, 'EFFECTIVE_COST_ROUNDED');
    assert.equal(manifest.basis, 'BilledCost');
  });
});
