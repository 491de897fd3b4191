import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openEngine } from '../duck/engine.ts';
import { identifier, literal } from '../duck/sql.ts';
import type { ConformanceReport } from './check-conformance.ts';
import { judgeFile, testFolder, verdictOf } from './mini-model.testing.ts';
import { parseFocusModel } from './parse-model.ts';

const SHARED = join(import.meta.dirname, '../../../../../shared');
const MODEL = 'contracts/official/focus/model-1.2.json';
/** Processor time, because a wall clock would measure what else the machine does. Judging takes about one second of it. */
const JUDGING_MAX_MS = 5000;

/** Paths of shared files, or null after naming the test as skipped. */
function shared(t: TestContext, ...names: readonly string[]): readonly string[] | null {
  const missing = names.find((name) => !existsSync(join(SHARED, name)));
  if (missing === undefined) return names.map((name) => join(SHARED, name));
  t.skip(`needs ../shared/${missing}`);
  return null;
}

async function judge(t: TestContext, name: string): Promise<ConformanceReport | null> {
  const paths = shared(t, MODEL, name);
  if (paths === null) return null;
  const [model = '', file = ''] = paths;
  return judgeFile(testFolder(t), file, readFileSync(model, 'utf8'));
}

/** Rules that fail by rows or by the header, not through their parts. */
function failing(report: ConformanceReport): readonly string[] {
  return report.rules.flatMap((rule) =>
    rule.verdict === 'fail' && rule.failedParts.length === 0 ? [rule.ruleId] : [],
  );
}

/** What the model itself has wrong: it names other values than the text of the same rule, or turns its condition round. */
const DEFECTS_OF_THE_MODEL = [
  'CommitmentDiscountStatus-C-003-C',
  'CommitmentDiscountStatus-C-004-C',
  'CommitmentDiscountStatus-C-005-M',
];

/** Row, column, the value put there, and the rule that it breaks. */
const PLANTED: readonly (readonly [number, string, string | null, string])[] = [
  [11, 'BillingCurrency', 'usd', 'BillingCurrency-C-006-M'],
  [21, 'ChargePeriodStart', '2026-05-01 00:00', 'ChargePeriodStart-C-002-M'],
  [31, 'ServiceName', null, 'ServiceName-C-003-M'],
  [41, 'ListUnitPrice', '-1.5', 'ListUnitPrice-C-008-M'],
  [51, 'Tags', 'team=x', 'Tags-C-001-M'],
  [61, 'PricingUnit', null, 'PricingUnit-C-006-C'],
  [62, 'ConsumedUnit', 'gigabyte-hours', 'ConsumedUnit-C-003-O'],
  [71, 'RegionName', null, 'RegionName-C-005-C'],
  [91, 'ResourceType', null, 'ResourceType-C-005-C'],
  [101, 'BilledCost', null, 'BilledCost-C-003-M'],
  [111, 'InvoiceIssuerName', 'Reseller', 'BilledCost-C-005-C'],
  [121, 'PricingCategory', null, 'PricingCategory-C-004-C'],
  [161, 'ServiceCategory', 'Databases', 'ServiceSubcategory-C-004-M'],
  [171, 'CommitmentDiscountCategory', null, 'CommitmentDiscountCategory-C-004-C'],
];

describe('the published requirement model of FOCUS 1.2', () => {
  it('is read whole: 621 rules, with four odd spellings noted', (t) => {
    const paths = shared(t, MODEL);
    if (paths === null) return;
    const model = parseFocusModel(readFileSync(paths[0] ?? '', 'utf8'));
    assert.equal(model.rules.size, 621);
    assert.equal(model.notes.length, 4);
  });

  for (const name of [
    'data/focus_1.2_aws_synthetic_3000.csv',
    'data/focus_1.3_aws_synthetic_2000.csv',
    'contracts/recorded/focus/focus_1_2_cost_and_usage_aws.csv',
    'contracts/recorded/focus/focus_1_3_cost_and_usage_aws.csv',
  ]) {
    it(`finds nothing but its own defects in ${name}, within the time allowed`, async (t) => {
      const before = process.cpuUsage();
      const report = await judge(t, name);
      if (report === null) return;
      const { user, system } = process.cpuUsage(before);
      assert.ok((user + system) / 1000 < JUDGING_MAX_MS);
      assert.deepEqual(failing(report), DEFECTS_OF_THE_MODEL);
      assert.ok((report.score ?? 0) > 0.97);
    });
  }

  it('finds every mistake that is planted in a good file, by its rule and its row', async (t) => {
    const paths = shared(t, MODEL, 'data/focus_1.2_aws_synthetic_3000.csv');
    if (paths === null) return;
    const [model = '', good = ''] = paths;
    const folder = testFolder(t);
    const file = join(folder, 'planted.csv');
    const engine = await openEngine({ spillDirectory: folder, memoryLimitMb: 256 });
    t.after(() => engine.close());
    await engine.run(
      `CREATE TABLE bill AS SELECT row_number() OVER () AS n, * FROM read_csv(${literal(good)}, all_varchar = true)`,
    );
    for (const [row, column, value] of PLANTED) {
      await engine.run(`UPDATE bill SET ${identifier(column)} = ? WHERE n = ?`, [value, row]);
    }
    await engine.run(`COPY (SELECT * EXCLUDE n FROM bill ORDER BY n) TO ${literal(file)} (HEADER)`);
    const report = await judgeFile(folder, file, readFileSync(model, 'utf8'));
    for (const [row, column, value, ruleId] of PLANTED) {
      const verdict = verdictOf(report, ruleId);
      const found = verdict.verdict === 'fail' ? [verdict.rowsViolating, verdict.firstRow] : null;
      assert.deepEqual(found, [1, row], `${column} = ${value}`);
    }
  });

  it('finds the known traps of the FOCUS 1.0 sample', async (t) => {
    const report = await judge(t, 'data/focus_1.0_sample_multicloud.csv');
    if (report === null) return;
    const trap = (ruleId: string) => {
      const verdict = verdictOf(report, ruleId);
      return verdict.verdict === 'fail' ? [verdict.rowsViolating, verdict.firstValue] : null;
    };
    // Dates without T and Z, one provider's spelling of a word, missing names, prices that do not multiply, a negative price.
    assert.deepEqual(trap('ChargePeriodStart-C-002-M'), [1000, '2024-09-18 22:00:00']);
    assert.deepEqual(trap('BillingPeriodEnd-C-002-M'), [1000, '2024-10-01 00:00:00']);
    assert.deepEqual(trap('ChargeFrequency-C-003-M'), [7, 'Usage-based']);
    assert.deepEqual(trap('BillingAccountName-C-003-C'), [7, null]);
    assert.deepEqual(trap('ListUnitPrice-C-010-C')?.[0], 31);
    assert.deepEqual(trap('ContractedUnitPrice-C-009-C'), [1, '-3.00000000000']);
    assert.deepEqual(trap('CostAndUsage-D-059-C'), [null, null]);
  });

  for (const name of [
    'contracts/recorded/focus/focus_1_3_contract_commitment_aws.csv',
    'data/focus_1.3_aws_contract_commitment_2000.csv',
    'data/aws_cur_anonymous_export.csv',
    'data/azure_ea_anonymous_export.csv',
    'data/focus_sample_tiny.parquet',
  ]) {
    it(`says of ${name} that it is no Cost and Usage dataset`, async (t) => {
      const report = await judge(t, name);
      if (report === null) return;
      assert.equal(report.rules.length, 621);
      assert.equal(verdictOf(report, 'CostAndUsage-D-000-M').verdict, 'fail');
      assert.ok((report.score ?? 1) < 0.5);
    });
  }
});
