import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ingest, openVersionStore } from '@counterfoil/costs';
import type { Signal } from '@counterfoil/core';
import { createOpenVersions } from '../open-versions.ts';
import { createQualityJudge, type QualityJudgeOptions } from './quality-judge.ts';

const HEADER =
  'BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,ProviderName,SubAccountId,RegionId,ResourceId,Tags';

/** Account 111 is tagged, account 222 is not. */
const BILL = [
  ['111', 'i-1', '{""team"":""core""}'],
  ['222', 'i-2', '{}'],
]
  .map(
    ([account, resource, tags]) =>
      `1,1,999,USD,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,Usage,2026-03-05T00:00:00Z,2026-03-06T00:00:00Z,Compute,AWS,${account},eu-west-1,${resource},"${tags}"`,
  )
  .join('\n');

async function lakeOf(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'quality-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'bill.csv');
  writeFileSync(file, `${HEADER}\n${BILL}\n`);
  const versions = await openVersionStore(join(directory, 'lake'));
  const clock = { nowMs: () => 0 };
  const { manifest } = await ingest([file], { versions, clock, memoryLimitMb: 300 });
  const spillDirectory = join(directory, 'spill');
  const open = createOpenVersions({
    versions,
    spillDirectory,
    memoryLimitMb: 300,
    queryTimeoutMs: 20_000,
  });
  t.after(() => open.close());
  const warnings: unknown[] = [];
  const judge = (settings: Partial<QualityJudgeOptions['settings']> = {}) =>
    createQualityJudge({
      settings: { lakeDirectory: directory, memoryLimitMb: 300, ...settings },
      open,
      spillDirectory,
      logger: { warn: (fields: unknown) => void warnings.push(fields) },
    });
  return { directory, manifest, open, judge, warnings };
}

describe('the judge of data quality', () => {
  it('keeps its verdict beside the version, and judges anew by another taxonomy', async (t) => {
    const { directory, manifest, judge } = await lakeOf(t);
    const first = await judge().ofVersion(manifest);
    assert.equal(first?.tagCoveragePercent, 50);
    assert.deepEqual(await judge().ofVersion(manifest), first);
    const kept = () => readdirSync(join(directory, 'quality'));
    assert.equal(kept().length, 1);
    const strict = await judge({ taxonomy: { keys: { owner: {} } } }).ofVersion(manifest);
    assert.equal(strict?.tagCoveragePercent, 0);
    assert.equal(kept().length, 2);
    writeFileSync(join(directory, 'quality', kept()[0] ?? ''), '{');
    writeFileSync(join(directory, 'quality', kept()[1] ?? ''), '{');
    assert.deepEqual(await judge().ofVersion(manifest), first);
  });

  it('gives each signal the quality of its own accounts', async (t) => {
    const { manifest, open, judge } = await lakeOf(t);
    const signal = (account: string) =>
      ({ signalId: account, scopeAccounts: [account], dataVersion: account }) as unknown as Signal;
    const judged = await open.with(manifest.versionId, (version) =>
      judge().ofSignals(manifest, version.scoped('all'), [signal('111'), signal('222')]),
    );
    assert.deepEqual(
      judged.map(({ signalId, dataQuality }) => [signalId, dataQuality]),
      [
        ['111', { tagCoveragePercent: 100, conformant: 'unknown', reconciled: 'yes' }],
        ['222', { tagCoveragePercent: 0, conformant: 'unknown', reconciled: 'yes' }],
      ],
    );
  });

  it('that fails says so and claims nothing, and lets the version be', async (t) => {
    const { manifest, open, judge, warnings } = await lakeOf(t);
    const gone = { ...manifest, versionId: `v-${'0'.repeat(32)}` };
    assert.equal(await judge().ofVersion(gone), null);
    assert.equal(warnings.length, 1);
    const signals = [{ signalId: 's' } as unknown as Signal];
    const judged = await open.with(manifest.versionId, (version) =>
      judge().ofSignals(gone, version.scoped('all'), signals),
    );
    assert.deepEqual(judged, signals);
  });

  it('is not made at all with a wrong taxonomy or without its requirement model', async (t) => {
    const { judge } = await lakeOf(t);
    assert.throws(() => judge({ taxonomy: { kyes: {} } }), { code: 'TAXONOMY_MALFORMED' });
    assert.throws(() => judge({ focusModelFile: '/nowhere.json' }), {
      code: 'FOCUS_MODEL_MISSING',
    });
  });
});
