import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parseTaxonomy } from '../allocation/parse-taxonomy.ts';
import { parseFocusModel } from '../conformance/parse-model.ts';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { judgeFiles, type FileConformance } from './judge-files.ts';
import { assessQuality, qualityOfScope } from './version-quality.ts';

const SHARED = join(import.meta.dirname, '../../../../../shared');
const MODEL = join(SHARED, 'contracts/official/focus/model-1.2.json');

const tagged = (cost: string, more: TestRow = {}): TestRow => ({ EffectiveCost: cost, ...more });
const untagged = (cost: string, more: TestRow = {}): TestRow => tagged(cost, { Tags: '', ...more });
const file = (score: number | null, reason: string | null = null): FileConformance => ({
  name: 'a.csv',
  score,
  mustFailed: 0,
  rowsJudged: 1,
  rows: 1,
  reason,
});

async function assess(
  t: TestContext,
  rows: readonly TestRow[],
  conformance: readonly FileConformance[] | null = [file(1)],
) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const scoped = (await lake.open(manifest.versionId)).scoped('all');
  const taxonomy = parseTaxonomy({});
  const quality = await assessQuality(scoped, { manifest, taxonomy, conformance });
  return { quality, scoped, taxonomy };
}

const codes = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }) =>
  reasons.map(({ code }) => code);

describe('the quality of a version', () => {
  it('is good with tags at the gate, conformant files, all rows, and totals that match', async (t) => {
    const { quality } = await assess(t, [tagged('90'), untagged('10')]);
    assert.deepEqual(
      [quality.verdict, quality.reasons, quality.tagCoveragePercent, quality.reconciled],
      ['good', [], 90, true],
    );
  });

  it('is lowered just under the gate, whose percent is rounded down to a whole one', async (t) => {
    const { quality } = await assess(t, [tagged('89.99'), untagged('10.01')]);
    assert.deepEqual(
      [codes(quality), quality.tagCoveragePercent],
      [['TAG_COVERAGE_BELOW_GATE'], 89],
    );
    assert.equal(quality.verdict, 'lowered');
  });

  it('takes the worst currency, and nothing that could be tagged as not known', async (t) => {
    const { quality } = await assess(t, [tagged('1'), untagged('1', { BillingCurrency: 'EUR' })]);
    assert.equal(quality.tagCoveragePercent, 0);
    const credits = await assess(t, [tagged('-1', { ChargeCategory: 'Credit' })]);
    assert.deepEqual(
      [credits.quality.tagCoveragePercent, codes(credits.quality)],
      [0, ['TAG_COVERAGE_NOT_KNOWN']],
    );
  });

  for (const [conformance, conformant, reason] of [
    [[file(0.95)], 'yes', []],
    [[file(0.9499)], 'no', ['NOT_CONFORMANT']],
    [[file(1), file(0.5)], 'no', ['NOT_CONFORMANT']],
    [[file(1), file(null, 'legacy CUR is not FOCUS')], 'unknown', ['CONFORMANCE_NOT_KNOWN']],
    [[], 'unknown', ['CONFORMANCE_NOT_KNOWN']],
    [null, 'unknown', ['CONFORMANCE_NOT_KNOWN']],
  ] as const) {
    it(`calls files with scores ${JSON.stringify(conformance?.map(({ score }) => score))} conformant: ${conformant}`, async (t) => {
      const { quality } = await assess(t, [tagged('1')], conformance);
      assert.equal(quality.conformance.conformant, conformant);
      assert.deepEqual(codes(quality), reason);
    });
  }

  it('tells rows that were rejected and days without usage, those before a long gap aside', async (t) => {
    const on = (day: string): TestRow => ({
      ChargePeriodStart: `${day}T00:00:00Z`,
      ChargePeriodEnd: `${day}T23:00:00Z`,
    });
    const { quality } = await assess(t, [
      tagged('1', on('2026-02-10')),
      tagged('1', on('2026-03-01')),
      tagged('1', on('2026-03-04')),
      tagged('x', on('2026-03-04')),
    ]);
    assert.deepEqual(quality.completeness, {
      rowsPercent: 75,
      daysMissing: ['2026-03-02', '2026-03-03'],
    });
    assert.deepEqual(codes(quality), ['ROWS_MISSING', 'DAYS_MISSING']);
  });

  it('is judged for a scope by its own tags alone', async (t) => {
    const other = { SubAccountId: '200000000002' };
    const { quality, scoped, taxonomy } = await assess(t, [tagged('1'), untagged('99', other)]);
    const of = (account: string) =>
      qualityOfScope(scoped.narrowed([account]), { taxonomy, version: quality });
    assert.deepEqual(await of('100000000001'), {
      tagCoveragePercent: 100,
      conformant: 'yes',
      reconciled: 'yes',
    });
    assert.equal((await of('200000000002')).tagCoveragePercent, 0);
    assert.equal((await of('300000000003')).tagCoveragePercent, 0);
  });
});

describe('the files of a version, held against the published requirement model', () => {
  const names = [
    'focus_1.2_aws_synthetic_3000.csv',
    'focus_1.0_sample_multicloud.csv',
    'aws_cur_anonymous_export.csv',
  ];
  it('get a score each, or a reason why they have none', async (t) => {
    if (!existsSync(MODEL)) return t.skip('needs ../shared');
    const lake = await createTestLake(t);
    const model = parseFocusModel(readFileSync(MODEL, 'utf8'));
    const judge = (files: Parameters<typeof judgeFiles>[0]['files']) =>
      judgeFiles({ model, files, workDirectory: lake.directory, memoryLimitMb: 300 });
    const reports = await Promise.all(
      names.map(async (name) => (await lake.ingest(join(SHARED, 'data', name))).manifest.files),
    );
    const verdicts = await Promise.all(reports.map(judge));
    const [good, traps, cur] = verdicts.flat();
    assert.ok((good?.score ?? 0) > 0.97, String(good?.score));
    assert.equal(good?.rowsJudged, 3000);
    assert.ok((traps?.score ?? 1) < 0.95, String(traps?.score));
    assert.deepEqual([cur?.score, cur?.reason], [null, 'AWS legacy CUR is not FOCUS']);
    const path = lake.file('gone.csv', readFileSync(join(SHARED, 'data', names[0] ?? '')));
    const [file] = (await lake.ingest(path)).manifest.files;
    assert.ok(file);
    const changed = await judge([{ ...file, path, sha256: '0'.repeat(64) }]);
    assert.equal(changed[0]?.reason, 'the file has changed since it was read');
    rmSync(path);
    assert.match((await judge([{ ...file, path }]))[0]?.reason ?? '', /no longer where/);
  });
});
