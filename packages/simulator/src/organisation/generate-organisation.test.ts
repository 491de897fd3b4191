import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DEMO_LAST_DAY, generateOrganisation, type Organisation } from './generate-organisation.ts';
import { FOCUS_COLUMNS } from './focus-columns.ts';
import { milliUnitsOn, pricesOf } from './usage-line.ts';
import { writeFocusFiles } from './write-focus-files.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

const make = (seed: number) => generateOrganisation({ seed, lastDay: DEMO_LAST_DAY });

/** EffectiveCost of usage per day of one account and service, in dollars: a second way to the figures than the files. */
function dailyCost(organisation: Organisation, accountId: string, serviceName: string): number[] {
  return organisation.days.map((day) => {
    let sum = 0;
    for (const line of organisation.lines) {
      if (line.account.accountId !== accountId || line.item.serviceName !== serviceName) continue;
      const covered = line.coverage && day.index < line.coverage.untilDay;
      const price = covered ? line.coverage.rate : pricesOf(line).contracted;
      sum += price * milliUnitsOn(line, day, organisation.seed);
    }
    return sum / 1e10;
  });
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function written(seed: number, gzip = false): Promise<Buffer[]> {
  const directory = await mkdtemp(join(tmpdir(), 'organisation-'));
  try {
    const files = await writeFocusFiles(make(seed), directory, { gzip });
    return await Promise.all(files.map(({ path }) => readFile(path)));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Splits one CSV line; the generator never writes a line break inside a field. */
function fieldsOf(line: string): string[] {
  const fields = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return fields
    .slice(0, FOCUS_COLUMNS.length)
    .map((field) => field.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'));
}

/** The rows whose line is kept; parsing all hundred thousand of them would be most of the tests' time. */
function rowsOf(
  files: readonly Buffer[],
  keep: (line: string, index: number) => boolean,
): Record<string, string>[] {
  return files.flatMap((file) => {
    const [header = '', ...lines] = file.toString('utf8').trimEnd().split('\n');
    const names = header.split(',');
    return lines
      .filter(keep)
      .map((line) =>
        Object.fromEntries(fieldsOf(line).map((value, index) => [names[index] ?? '', value])),
      );
  });
}

test('each incident of twenty seeds stands out by more than 15 % and 300 dollars a day', () => {
  for (const seed of SEEDS) {
    const organisation = make(seed);
    assert.equal(organisation.accounts.length, 30);
    assert.equal(new Set(organisation.incidents.map((incident) => incident.kind)).size, 5);
    for (const incident of organisation.incidents) {
      const daily = dailyCost(organisation, incident.subAccountId, incident.serviceName);
      const onset = organisation.days.findIndex((day) => day.isoDate === incident.onsetDate);
      const rise = mean(daily.slice(onset)) - mean(daily.slice(onset - 14, onset));
      const label = `seed ${seed}, ${incident.kind}: ${rise.toFixed(0)} a day`;
      assert.ok(rise > 300, label);
      assert.ok(rise / mean(daily.slice(onset - 14, onset)) > 0.15, label);
      assert.ok(onset <= 119 - 3 && onset >= 119 - 14, label);
      assert.ok(Number(incident.perDay) > 300, label);
    }
  }
});

test('accounts, incidents and look-alikes of twenty seeds never share an account and service', () => {
  for (const seed of SEEDS) {
    const { incidents, lookAlikes, accounts } = make(seed);
    const places = [...incidents, ...lookAlikes].map(
      (planted) => `${planted.subAccountId}/${planted.serviceName}`,
    );
    assert.equal(new Set(places).size, 8, `seed ${seed}`);
    assert.equal(new Set(accounts.map((account) => account.accountId)).size, 30);
  }
});

test('everyday usage of untouched accounts does not jump by 200 dollars a day', () => {
  for (const seed of SEEDS) {
    const organisation = make(seed);
    const touched = [...organisation.incidents, ...organisation.lookAlikes].map(
      (planted) => planted.subAccountId,
    );
    for (const account of organisation.accounts) {
      if (touched.includes(account.accountId)) continue;
      const daily = dailyCost(organisation, account.accountId, 'Amazon Elastic Compute Cloud');
      const rise = mean(daily.slice(-7)) - mean(daily.slice(-35, -7));
      assert.ok(Math.abs(rise) < 200, `seed ${seed}, ${account.name}: ${rise}`);
    }
  }
});

test('the closing batch ran at every month end before and runs on the last day', () => {
  const organisation = make(1);
  const batch = organisation.lookAlikes.find(({ kind }) => kind === 'month_end_batch');
  assert.ok(batch);
  const daily = dailyCost(organisation, batch.subAccountId, batch.serviceName);
  const high = organisation.days.filter(
    (day) => (daily[day.index] ?? 0) > Math.min(...daily) + Number(batch.perDay) / 2,
  );
  assert.deepEqual(
    high.map((day) => day.isoDate.slice(5)),
    ['06-30', '07-31', '08-31', '09-30'].flatMap((end) => {
      const next = `${String(Number(end.slice(0, 2)) + 1).padStart(2, '0')}`;
      return [end, `${next}-01`, `${next}-02`, `${next}-03`, `${next}-04`];
    }),
  );
});

test('the same seed gives the same bytes, plain and compressed, and another seed gives others', async () => {
  const digest = (files: readonly Buffer[]) =>
    createHash('sha256').update(Buffer.concat(files)).digest('hex');
  const [first, again, other, packed] = await Promise.all([
    written(3),
    written(3),
    written(4),
    written(3, true),
  ]);
  assert.equal(digest(first), digest(again));
  assert.notEqual(digest(first), digest(other));
  assert.equal(digest(first), digest(packed.map((file) => gunzipSync(file))));
});

test('the files hold what the truth says, with all 57 columns and costs that follow from price and quantity', async () => {
  const organisation = make(5);
  const files = await written(5);
  const count = files.reduce(
    (sum, file) => sum + file.toString('latin1').split('\n').length - 2,
    0,
  );
  assert.ok(count > 100_000 && count < 250_000, `${count} rows`);
  assert.equal(FOCUS_COLUMNS.length, 58);
  const gpu = organisation.incidents.find(({ kind }) => kind === 'forgotten_gpu_instances');
  const gpuRows = rowsOf(files, (line) => line.includes(gpu?.resourceId ?? '-'));
  assert.equal(gpuRows[0]?.['ChargePeriodStart'], `${gpu?.onsetDate}T00:00:00Z`);
  assert.equal(gpuRows.at(-1)?.['ConsumedQuantity'], '24.000');
  assert.ok(!('owner' in JSON.parse(gpuRows[0]?.['Tags'] ?? '')));
  const sample = rowsOf(files, (line, index) => index % 17 === 0 || !line.includes(',Usage,'));
  for (const row of sample) {
    if (row['ChargeCategory'] !== 'Usage' || row['PricingQuantity'] === '') continue;
    if (row['CommitmentDiscountStatus'] === 'Unused') continue;
    const scaled = (text: string | undefined) => BigInt((text ?? '').replace('.', ''));
    const expected = scaled(row['ListUnitPrice']) * scaled(row['PricingQuantity']);
    assert.equal(scaled(row['ListCost']), expected, JSON.stringify(row));
    const covered = row['PricingCategory'] === 'Committed';
    assert.equal(row['BilledCost'], covered ? '0.0000000000' : row['ContractedCost']);
  }
  const categories = new Set(sample.map((row) => row['ChargeCategory']));
  assert.deepEqual([...categories].toSorted(), ['Credit', 'Purchase', 'Tax', 'Usage']);
});

test('a savings plan is paid for exactly as far as it is used or left unused', async () => {
  const rows = rowsOf(await written(2), (line) => line.includes(',Spend,'));
  const sums = new Map<string, [number, number]>();
  for (const row of rows) {
    if (row['CommitmentDiscountCategory'] !== 'Spend') continue;
    const day = row['ChargePeriodStart'] ?? '';
    const [billed, effective] = sums.get(day) ?? [0, 0];
    sums.set(day, [billed + Number(row['BilledCost']), effective + Number(row['EffectiveCost'])]);
  }
  assert.equal(sums.size, 120);
  for (const [billed, effective] of sums.values()) assert.ok(Math.abs(billed - effective) < 1e-6);
});

test('the expired reservation keeps its hours and changes its price', async () => {
  const organisation = make(7);
  const incident = organisation.incidents.find(({ kind }) => kind === 'expired_commitment');
  const rows = rowsOf(
    await written(7),
    (line) =>
      line.includes(incident?.resourceId ?? '-') && line.endsWith(`,${incident?.usageType}`),
  );
  assert.deepEqual([...new Set(rows.map((row) => row['ConsumedQuantity']))], ['24.000']);
  for (const row of rows) {
    const before = (row['ChargePeriodStart'] ?? '') < `${incident?.onsetDate}T`;
    assert.equal(row['PricingCategory'], before ? 'Committed' : 'Standard');
    assert.equal(row['CommitmentDiscountStatus'], before ? 'Used' : '');
  }
});
