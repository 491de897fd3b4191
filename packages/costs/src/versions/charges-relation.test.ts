import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openEngine } from '../duck/engine.ts';
import { createTestLake, focusCsv } from '../lake.testing.ts';
import { chargesSql, type ChargesFile } from './charges-relation.ts';

describe('the charges of a version', () => {
  it('are the rows of the periods that count, each under the number of its part', async (t) => {
    const lake = await createTestLake(t);
    const april = {
      BillingPeriodStart: '2026-04-01T00:00:00Z',
      BillingPeriodEnd: '2026-05-01T00:00:00Z',
      ChargePeriodStart: '2026-04-05T00:00:00Z',
      ChargePeriodEnd: '2026-04-06T00:00:00Z',
    };
    const paths = ['a', 'b', 'c'].map((name) =>
      lake.file(
        `${name}.csv`,
        focusCsv([{ ResourceId: `${name}-march` }, { ResourceId: `${name}-april`, ...april }]),
      ),
    );
    const { manifest } = await lake.ingest(...paths);
    const engine = await openEngine({
      spillDirectory: join(lake.directory, 'spill'),
      memoryLimitMb: 200,
    });
    t.after(() => engine.close());
    const [a, b, c] = lake.versions.chargesOf(manifest);
    assert.ok(a && b && c);
    const read = async (charges: readonly ChargesFile[]) =>
      (
        await engine.rows(
          `SELECT x_SourceFile, ResourceId, x_SourceRow FROM (${chargesSql(charges)}) ORDER BY ALL`,
        )
      ).map((row) => row.join(' '));
    assert.deepEqual(await read([a, { ...b, billingPeriods: ['2026-04-01'] }, c]), [
      '0 a-april 2',
      '0 a-march 1',
      '1 b-april 2',
      '2 c-april 2',
      '2 c-march 1',
    ]);
    assert.deepEqual(
      await read([
        { ...a, billingPeriods: [] },
        { ...b, billingPeriods: ['2026-03-01', '2026-04-01'] },
      ]),
      ['1 b-april 2', '1 b-march 1'],
    );
  });
});
