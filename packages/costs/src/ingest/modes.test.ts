import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createTestLake, focusCsv, type TestLake, type TestRow } from '../lake.testing.ts';
import { diffVersions } from '../versions/diff-versions.ts';

const month = (first: string, next: string, cost: string, more: TestRow = {}): TestRow => ({
  BillingPeriodStart: `${first}T00:00:00Z`,
  BillingPeriodEnd: `${next}T00:00:00Z`,
  ChargePeriodStart: `${first}T00:00:00Z`,
  ChargePeriodEnd: `${first.slice(0, 8)}02T00:00:00Z`,
  BilledCost: cost,
  EffectiveCost: cost,
  ...more,
});
const march = (cost: string, more: TestRow = {}) => month('2026-03-01', '2026-04-01', cost, more);
const april = (cost: string, more: TestRow = {}) => month('2026-04-01', '2026-05-01', cost, more);

async function sumsOf(lake: TestLake, versionId: string): Promise<Record<string, string>> {
  const version = await lake.open(versionId);
  const { rows } = await version.scoped('all').query({
    measures: ['BilledCost'],
    groupBy: ['month'],
    filter: {},
    fromDate: '2026-01-01',
    toDate: '2027-01-01',
  });
  return Object.fromEntries(
    rows.map(([key, sum]) => [String(key).slice(0, 7), String(Number(sum))]),
  );
}

describe('an ingest onto the newest version', () => {
  it('restates the billing periods that the files have, and keeps the others', async (t) => {
    const lake = await createTestLake(t);
    const both = lake.file('both.csv', focusCsv([march('10'), april('20'), april('5')]));
    const first = await lake.ingest(both);
    const second = await lake.ingestOnto(
      'restate',
      lake.file('april.csv', focusCsv([april('30')])),
    );
    assert.equal(second.status, 'published');
    assert.deepEqual(await sumsOf(lake, second.manifest.versionId), {
      '2026-03': '10',
      '2026-04': '30',
    });
    assert.equal(second.manifest.rowsLoaded, 2);
    assert.deepEqual(await sumsOf(lake, first.manifest.versionId), {
      '2026-03': '10',
      '2026-04': '25',
    });
  });

  it('restates a period for its own billing account only', async (t) => {
    const lake = await createTestLake(t);
    await lake.ingest(
      lake.file('aws.csv', focusCsv([march('10')])),
      lake.file('azure.csv', focusCsv([march('7', { BillingAccountId: 'azure' })])),
    );
    const { manifest } = await lake.ingestOnto(
      'restate',
      lake.file('aws-2.csv', focusCsv([march('11')])),
    );
    assert.deepEqual(await sumsOf(lake, manifest.versionId), { '2026-03': '18' });
  });

  it('keeps a file of a restated period that is given again unchanged, and drops one that is not', async (t) => {
    const lake = await createTestLake(t);
    const file = (name: string, cost: string) => lake.file(name, focusCsv([march(cost)]));
    const [one, two, changed] = [file('1.csv', '1'), file('2.csv', '20'), file('3.csv', '300')];
    const first = await lake.ingest(one, two);
    const second = await lake.ingestOnto('restate', one, changed);
    assert.deepEqual(await sumsOf(lake, second.manifest.versionId), { '2026-03': '301' });
    const third = await lake.ingestOnto('restate', one);
    assert.deepEqual(await sumsOf(lake, third.manifest.versionId), { '2026-03': '1' });
    const again = await lake.ingestOnto('restate', two, one);
    assert.equal(again.manifest.versionId, first.manifest.versionId);
    assert.equal(again.status, 'known');
  });

  it('refuses to append a file of which some periods were restated since', async (t) => {
    const lake = await createTestLake(t);
    const rows = [march('1'), ...['a', 'b', 'c'].map((id) => april('2', { ResourceId: id }))];
    const both = lake.file('both.csv', focusCsv(rows));
    await lake.ingest(both);
    await lake.ingestOnto('restate', lake.file('april.csv', focusCsv([april('30')])));
    await assert.rejects(lake.ingestOnto('append', both), {
      code: 'APPEND_REPEATED',
      message: /both\.csv/,
    });
    const { manifest } = await lake.ingestOnto('restate', both);
    assert.deepEqual(await sumsOf(lake, manifest.versionId), { '2026-03': '1', '2026-04': '6' });
  });

  it('refuses to restate a period of a file for some of its billing accounts', async (t) => {
    const lake = await createTestLake(t);
    await lake.ingest(
      lake.file('all.csv', focusCsv([march('10'), march('7', { BillingAccountId: 'azure' })])),
    );
    await assert.rejects(
      lake.ingestOnto('restate', lake.file('aws.csv', focusCsv([march('11')]))),
      { code: 'RESTATEMENT_PARTIAL', message: /all\.csv .*2026-03-01.* azure/ },
    );
    assert.equal((await lake.versions.list()).length, 1);
  });

  it('appends rows, and refuses those that are there already', async (t) => {
    const lake = await createTestLake(t);
    await lake.ingest(lake.file('1.csv', focusCsv([march('10'), march('3', { ResourceId: 'x' })])));
    const day = {
      ChargePeriodStart: '2026-03-02T00:00:00Z',
      ChargePeriodEnd: '2026-03-03T00:00:00Z',
    };
    const { manifest } = await lake.ingestOnto(
      'append',
      lake.file('2.csv', focusCsv([march('4', day)])),
    );
    assert.deepEqual(await sumsOf(lake, manifest.versionId), { '2026-03': '17' });
    const cumulative = [
      march('10'),
      march('3', { ResourceId: 'x' }),
      march('1', { ResourceId: 'y' }),
    ];
    await assert.rejects(lake.ingestOnto('append', lake.file('3.csv', focusCsv(cumulative))), {
      code: 'APPEND_REPEATED',
      message: /2 of 3/,
    });
  });

  it('knows what it has been given before, and makes it the newest again', async (t) => {
    const lake = await createTestLake(t);
    const old = lake.file('old.csv', focusCsv([march('10')]));
    const fresh = lake.file('fresh.csv', focusCsv([march('12')]));
    const first = await lake.ingest(old);
    const second = await lake.ingestOnto('restate', fresh);
    for (const mode of ['append', 'restate'] as const) {
      const again = await lake.ingestOnto(mode, fresh);
      assert.equal(again.status, 'known', mode);
      assert.equal(again.manifest.versionId, second.manifest.versionId);
    }
    const back = await lake.ingest(old);
    assert.equal(back.status, 'known');
    const listed = (await lake.versions.list()).map(({ versionId }) => versionId);
    assert.deepEqual(listed, [first.manifest.versionId, second.manifest.versionId]);
    assert.deepEqual(await sumsOf(lake, first.manifest.versionId), { '2026-03': '10' });
  });

  it('is an ordinary ingest on an empty lake', async (t) => {
    const lake = await createTestLake(t);
    const { manifest } = await lake.ingestOnto(
      'append',
      lake.file('1.csv', focusCsv([march('10')])),
    );
    assert.deepEqual(await sumsOf(lake, manifest.versionId), { '2026-03': '10' });
  });
});

describe('the difference between two versions', () => {
  it('says which periods came, went and were restated, by how much and where', async (t) => {
    const lake = await createTestLake(t);
    const same = lake.file('same.csv', focusCsv([month('2026-01-01', '2026-02-01', '99')]));
    const older = await lake.ingest(
      same,
      lake.file(
        'old.csv',
        focusCsv([
          month('2026-02-01', '2026-03-01', '1'),
          march('10'),
          march('2', { ServiceName: 'Storage' }),
        ]),
      ),
    );
    const newer = await lake.ingest(
      same,
      lake.file(
        'new.csv',
        focusCsv([march('7.25'), march('2', { ServiceName: 'Storage' }), april('5')]),
      ),
    );
    const side = ({ manifest }: typeof older) => ({
      manifest,
      charges: lake.versions.chargesOf(manifest),
    });
    const diff = await diffVersions(side(older), side(newer), {
      spillDirectory: join(lake.directory, 'spill'),
      memoryLimitMb: 300,
    });
    const shown = diff.periods.map(({ billingPeriod, status, rowsOlder, rowsNewer, costs }) => [
      billingPeriod,
      status,
      rowsOlder,
      rowsNewer,
      Number(costs.BilledCost.delta),
    ]);
    assert.deepEqual(shown, [
      ['2026-02-01', 'removed', 1, 0, -1],
      ['2026-03-01', 'restated', 2, 2, -2.75],
      ['2026-04-01', 'added', 0, 1, 5],
    ]);
    assert.equal(diff.slicesCount, 1);
    const [slice] = diff.slices;
    assert.deepEqual(
      [
        slice?.day,
        slice?.serviceName,
        Number(slice?.cost.older),
        Number(slice?.cost.newer),
        Number(slice?.cost.delta),
      ],
      ['2026-03-01', 'Compute', 10, 7.25, -2.75],
    );
  });

  it('is empty where the rows only stand in other files', async (t) => {
    const lake = await createTestLake(t);
    const older = await lake.ingest(lake.file('one.csv', focusCsv([march('10'), april('5')])));
    const newer = await lake.ingest(
      lake.file('march.csv', focusCsv([march('10')])),
      lake.file('april.csv', focusCsv([april('5')])),
    );
    const side = ({ manifest }: typeof older) => ({
      manifest,
      charges: lake.versions.chargesOf(manifest),
    });
    const diff = await diffVersions(side(older), side(newer), {
      spillDirectory: join(lake.directory, 'spill'),
      memoryLimitMb: 300,
    });
    assert.deepEqual([diff.periods, diff.slices, diff.slicesCount], [[], [], 0]);
  });
});

describe('a folder of exports', () => {
  it('is read by its newest deliveries, and the older ones are said to be left out', async (t) => {
    const lake = await createTestLake(t);
    const period = join(lake.directory, 'cur/data/BILLING_PERIOD=2026-03');
    for (const [delivery, cost] of [
      ['2026-03-05T00:00:00.000Z-a', '4'],
      ['2026-03-06T00:00:00.000Z-b', '6'],
    ] as const) {
      mkdirSync(join(period, delivery), { recursive: true });
      writeFileSync(join(period, delivery, 'cur-00001.csv'), focusCsv([march(cost)]));
    }
    const { manifest } = await lake.ingest(join(lake.directory, 'cur'));
    assert.deepEqual(await sumsOf(lake, manifest.versionId), { '2026-03': '6' });
    const finding = manifest.findings.find(({ code }) => code === 'DELIVERIES_SUPERSEDED');
    assert.equal(finding?.figures['files'], 1);
    const pattern = join(lake.directory, 'cur/**/*.csv');
    assert.equal((await lake.ingest(pattern)).status, 'known');
    const metadata = join(lake.directory, 'cur/metadata/BILLING_PERIOD=2026-03');
    mkdirSync(metadata, { recursive: true });
    writeFileSync(
      join(metadata, 'cur-Manifest.json'),
      '{"dataFiles":["s3://b/cur/data/BILLING_PERIOD=2026-03/2026-03-07T00:00:00.000Z-c/cur-00001.csv"]}',
    );
    await assert.rejects(lake.ingest(pattern), { code: 'DELIVERY_INCOMPLETE' });
    writeFileSync(join(metadata, 'cur-Manifest.json'), 'half');
    await assert.rejects(lake.ingest(pattern), { code: 'MANIFEST_UNREADABLE' });
  });
});
