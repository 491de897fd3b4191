import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CostQuery } from '@counterfoil/core';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import type { LakeVersion } from './lake-version.ts';

const ACCOUNTS = ['100000000001', '100000000002', "1'; --", ''] as const;
const INSIDE: readonly string[] = [ACCOUNTS[0], ACCOUNTS[2]];

const row: fc.Arbitrary<TestRow> = fc.record({
  SubAccountId: fc.constantFrom(...ACCOUNTS),
  BillingAccountId: fc.constant('900000000001'),
  BilledCost: fc.integer({ min: -9_999, max: 9_999 }).map((cents) => (cents / 100).toFixed(2)),
  EffectiveCost: fc.integer({ min: 0, max: 9_999 }).map((cents) => (cents / 100).toFixed(2)),
  ChargeCategory: fc.constantFrom('Usage', 'Purchase', 'Tax', 'Credit'),
  CommitmentDiscountCategory: fc.constantFrom('', 'Spend'),
  RegionId: fc.constantFrom('eu-west-1', 'us-east-1', ''),
  ResourceId: fc.constantFrom('a', 'b', 'c', ''),
  Tags: fc.constantFrom('{"team":"x"}', '{"team":"y"}', '{}', ''),
  ChargePeriodStart: fc.integer({ min: 1, max: 9 }).map((day) => `2026-03-0${day}T00:00:00Z`),
});

const query: fc.Arbitrary<CostQuery> = fc.record({
  measures: fc.constantFrom(
    ['BilledCost'] as const,
    ['EffectiveCost', 'ConsumedQuantity'] as const,
  ),
  groupBy: fc.uniqueArray(
    fc.constantFrom('subAccountId', 'day', 'regionId', 'resourceId', 'tag:team', 'chargeCategory'),
    { maxLength: 3 },
  ) as fc.Arbitrary<CostQuery['groupBy']>,
  filter: fc.constantFrom<CostQuery['filter']>(
    {},
    { subAccountId: [...ACCOUNTS] },
    { subAccountId: [ACCOUNTS[1]] },
    { chargeCategory: ['Usage', 'Purchase', 'Credit'], 'tag:team': ['x', ''] },
  ),
  fromDate: fc.constantFrom('2026-03-01', '2026-03-04'),
  toDate: fc.constantFrom('2026-03-05', '2026-03-10'),
  rowsMax: fc.constantFrom(2, 5_000),
});

async function publish(t: Parameters<typeof createTestLake>[0], rows: readonly TestRow[]) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  return lake.open(manifest.versionId);
}

describe('the scope of a lake', () => {
  it('never answers with a row of another account, and not one byte of an answer depends on one', async (t) => {
    const rows = fc.sample(row, { numRuns: 400, seed: 7 });
    const isInside = (one: TestRow) => INSIDE.includes(one['SubAccountId'] ?? '');
    const everything = await publish(t, rows);
    const insideOnly = await publish(t, rows.filter(isInside));
    await fc.assert(
      fc.asyncProperty(query, async (plan) => {
        const answerOf = async (version: LakeVersion) => {
          const {
            rows: found,
            rowsRead,
            truncated,
            columns,
          } = await version.scoped(INSIDE).query(plan);
          return { found, rowsRead, truncated, columns };
        };
        const answer = await answerOf(everything);
        assert.deepEqual(answer, await answerOf(insideOnly));
        const account = plan.groupBy.indexOf('subAccountId');
        if (account === -1) return;
        assert.ok(answer.found.every((cells) => INSIDE.includes(cells[account] ?? '')));
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('sees nothing with an empty list, and the billing account only by its own id', async (t) => {
    const version = await publish(t, [{}, { SubAccountId: '' }]);
    const plan: CostQuery = {
      measures: ['BilledCost'],
      groupBy: ['subAccountId'],
      filter: {},
      fromDate: '2026-03-01',
      toDate: '2026-04-01',
    };
    assert.deepEqual((await version.scoped([]).query(plan)).rows, []);
    assert.deepEqual((await version.scoped(['']).query(plan)).rows, []);
    const payer = await version.scoped(['900000000001']).query(plan);
    assert.deepEqual(payer.rows, [['900000000001', '1.000000000000000000']]);
  });

  it('gives another id for another scope, version or question, and the same for another spelling', async (t) => {
    const version = await publish(t, [{}]);
    const plan: CostQuery = {
      measures: ['BilledCost'],
      groupBy: ['day'],
      filter: { regionId: ['a', 'b'], serviceName: ['x'] },
      fromDate: '2026-03-01',
      toDate: '2026-04-01',
    };
    const idOf = async (scope: readonly string[], question: CostQuery) =>
      (await version.scoped(scope).query(question)).queryId;
    const id = await idOf(['1', '2'], plan);
    const respelled = { ...plan, filter: { serviceName: ['x'], regionId: ['b', 'a', 'a'] } };
    assert.equal(await idOf(['2', '1'], respelled), id);
    assert.notEqual(await idOf(['1'], plan), id);
    assert.notEqual(await idOf(['1', '2'], { ...plan, toDate: '2026-04-02' }), id);
  });

  it('reads no file but its own, and runs nothing but one SELECT', async (t) => {
    const version = await publish(t, [{}]);
    const { rows } = version.scoped('all');
    for (const sql of [
      `SELECT * FROM read_text('/etc/hostname')`,
      `SELECT * FROM read_csv('/etc/passwd')`,
      `SELECT 1; SELECT 2`,
      `SELECT * FROM scoped; COPY (SELECT 1) TO 'never.csv'`,
    ]) {
      await assert.rejects(rows.rows({ sql, parameters: [] }), Error, sql);
    }
  });

  it('keeps the table of all charges in one file of the source', () => {
    const source = join(import.meta.dirname, '..');
    const mentioning = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .filter((name) =>
        /every_charge|storedColumnsSql\(charges/.test(readFileSync(join(source, name), 'utf8')),
      );
    assert.deepEqual(mentioning, [join('query', 'scope.ts')]);
  });
});
