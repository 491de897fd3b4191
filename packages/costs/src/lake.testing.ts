import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { IngestMode } from './ingest/carry-over.ts';
import { ingest, type IngestResult } from './ingest/ingest.ts';
import { openLakeVersion, type LakeVersion } from './query/lake-version.ts';
import { openVersionStore, type VersionStore } from './versions/version-store.ts';

/** A FOCUS row for tests; every column that is not given has an ordinary value. */
export type TestRow = Readonly<Record<string, string>>;

const DEFAULTS = {
  BilledCost: '1.00',
  EffectiveCost: '1.00',
  ListCost: '1.50',
  ContractedCost: '1.25',
  BillingAccountId: '900000000001',
  BillingCurrency: 'USD',
  BillingPeriodStart: '2026-03-01T00:00:00Z',
  BillingPeriodEnd: '2026-04-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargePeriodStart: '2026-03-05T00:00:00Z',
  ChargePeriodEnd: '2026-03-06T00:00:00Z',
  ConsumedQuantity: '24',
  ConsumedUnit: 'Hours',
  ServiceName: 'Compute',
  ProviderName: 'AWS',
  SubAccountId: '100000000001',
  RegionId: 'eu-west-1',
  ResourceId: 'i-1',
  SkuMeter: 'BoxUsage',
  Tags: '{"team":"core"}',
} as const;

/** FOCUS CSV text of these rows, quoted as RFC 4180 says. */
export function focusCsv(
  rows: readonly TestRow[],
  columns: readonly string[] = Object.keys({ ...DEFAULTS, ...rows[0] }),
): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => {
    const values: TestRow = { ...DEFAULTS, ...row };
    return columns.map((column) => cell(values[column] ?? '')).join(',');
  });
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** A lake in a temporary folder, removed after the test. */
export interface TestLake {
  readonly directory: string;
  readonly versions: VersionStore;
  /** Writes a file into the folder and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  ingest(...paths: string[]): Promise<IngestResult>;
  ingestOnto(mode: IngestMode, ...paths: string[]): Promise<IngestResult>;
  open(versionId: string): Promise<LakeVersion>;
}

/** Makes a lake for one test. */
export async function createTestLake(t: Pick<TestContext, 'after'>): Promise<TestLake> {
  const directory = mkdtempSync(join(tmpdir(), 'lake-test-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const versions = await openVersionStore(join(directory, 'lake'));
  let nowMs = Date.UTC(2026, 3, 1);
  const clock = { nowMs: () => (nowMs += 1_000) };
  return {
    directory,
    versions,
    file: (name, content) => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    },
    ingest: (...paths) => ingest(paths, { versions, clock, memoryLimitMb: 300 }),
    ingestOnto: (mode, ...paths) => ingest(paths, { versions, clock, memoryLimitMb: 300, mode }),
    open: async (dataVersion) => {
      const manifest = await versions.read(dataVersion);
      assert.ok(manifest, dataVersion);
      const version = await openLakeVersion({
        dataVersion,
        charges: versions.chargesOf(manifest),
        spillDirectory: join(directory, 'spill'),
        memoryLimitMb: 300,
        timeoutMs: 20_000,
      });
      t.after(() => version.close());
      return version;
    },
  };
}
