import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { sumDecimals, type CostAnswer } from '@counterfoil/core';
import { createTestLake } from '../lake.testing.ts';
import type { DecompositionAnswer, MoversAnswer, SavingsAnswer } from './index.ts';
import { readOperatorPlan, type CostQuestion } from './questions.ts';

const DATA = join(import.meta.dirname, '../../../../../shared/data');
const EVER = { fromDate: '2000-01-01', toDate: '2100-01-01' };
const COST_COLUMNS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'];
const CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'];

/** Asks a shared billing file, or null after naming the test as skipped. */
async function asking(t: TestContext, name: string) {
  const path = join(DATA, name);
  if (!existsSync(path)) {
    t.skip(`needs ../shared/data/${name}`);
    return null;
  }
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(path);
  const version = await lake.open(manifest.versionId);
  const ask = async <Answer>(question: CostQuestion, plan: object) =>
    (await readOperatorPlan(question, plan)(version.scoped('all'))) as Answer;
  return { ask, manifest };
}

describe('questions to the published billing files', () => {
  it('do not take purchases for savings, which a sum over all rows of the AWS file would', async (t) => {
    const lake = await asking(t, 'focus_1.2_aws_synthetic_3000.csv');
    if (!lake) return;
    const { currencies } = await lake.ask<SavingsAnswer>('savings', EVER);
    const [usd] = currencies;
    const everything = await lake.ask<CostAnswer>('query', {
      ...EVER,
      measures: ['ListCost'],
      groupBy: ['chargeCategory'],
      filter: { chargeCategory: CATEGORIES },
    });
    const naive = sumDecimals(everything.rows.map((row) => row[1] ?? '0'));
    assert.equal(Math.round(Number(naive)), 53_427);
    assert.equal(Math.round(Number(usd?.listCost)), 16_729);
    assert.equal(Math.round(Number(usd?.listCostOfPurchases)), 33_208);
    assert.equal(usd?.effectiveSavingsRatePercent, 10.1);
    assert.equal(usd?.rowsIncomplete, 0);
  });

  for (const name of [
    'focus_1.0_sample_multicloud.csv',
    'focus_1.2_aws_synthetic_3000.csv',
    'focus_1.3_aws_synthetic_2000.csv',
    'aws_cur_anonymous_export.csv',
    'azure_ea_anonymous_export.csv',
  ]) {
    it(`give the totals of ${name}, by any span of time and any dimension`, async (t) => {
      const lake = await asking(t, name);
      if (!lake) return;
      const { totals } = lake.manifest;
      for (const groupBy of [['month'], ['week', 'serviceCategory'], ['invoiceId', 'day']]) {
        const answer: CostAnswer = await lake.ask<CostAnswer>('query', {
          ...EVER,
          measures: COST_COLUMNS,
          groupBy: [...groupBy, 'chargeCategory', 'billingCurrency'],
          filter: { chargeCategory: CATEGORIES },
        });
        assert.equal(answer.truncated, false);
        for (const [at, column] of COST_COLUMNS.entries()) {
          const expected = totals.map(({ costs }) => costs[column as 'BilledCost'] ?? '0');
          const found = answer.rows.map((row) => row[groupBy.length + 2 + at] ?? '0');
          assert.equal(sumDecimals(found), sumDecimals(expected), `${column} by ${groupBy}`);
        }
      }
    });

    it(`split every change within ${name} into parts that add up to it`, async (t) => {
      const lake = await asking(t, name);
      if (!lake) return;
      const { fromDate, toDate } = lake.manifest;
      const days = (Date.parse(toDate) - Date.parse(fromDate)) / 86_400_000;
      const dayAt = (after: number) =>
        new Date(Date.parse(fromDate) + after * 86_400_000).toISOString().slice(0, 10);
      // Of a single day's data everything is new: the day before it had nothing.
      const [first, half] = days === 1 ? [-1, 0] : [0, Math.ceil(days / 2)];
      const plan = {
        measure: 'BilledCost',
        by: ['serviceName'],
        before: { fromDate: dayAt(first), toDate: dayAt(half) },
        after: { fromDate: dayAt(half), toDate },
        rowsMax: 1_000,
      };
      const split = await lake.ask<DecompositionAnswer>('decompose', plan);
      const moved = await lake.ask<MoversAnswer>('movers', plan);
      assert.ok(split.currencies.length > 0);
      for (const [at, one] of split.currencies.entries()) {
        assert.equal(sumDecimals(Object.values(one.effects)), one.change);
        assert.equal(sumDecimals(one.groups.map(({ change }) => change)), one.change);
        const movers = moved.currencies[at];
        assert.equal(movers?.change, one.change);
        const listed = movers?.movers.map(({ change }) => change) ?? [];
        assert.equal(sumDecimals([...listed, movers?.rest.change ?? '0']), one.change);
      }
    });
  }
});
