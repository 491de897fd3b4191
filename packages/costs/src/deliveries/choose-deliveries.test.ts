import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '@counterfoil/core';
import { chooseDeliveries } from './choose-deliveries.ts';

const choose = (files: readonly string[], manifests: Readonly<Record<string, Json>> = {}) =>
  chooseDeliveries(files, new Map(Object.entries(manifests)));

describe('the choice of deliveries', () => {
  it('takes files that are of no export as they are', () => {
    const files = ['/bills/march.csv', '/bills/2026/april.csv.gz'];
    assert.deepEqual(choose(files), { files: files.toSorted(), superseded: [] });
  });

  it('takes all files of an export that overwrites itself', () => {
    const files = [
      '/x/cur/data/BILLING_PERIOD=2026-04/cur-00001.snappy.parquet',
      '/x/cur/data/BILLING_PERIOD=2026-05/cur-00001.snappy.parquet',
      '/x/cur/data/BILLING_PERIOD=2026-05/cur-00002.snappy.parquet',
    ];
    assert.deepEqual(choose(files), { files, superseded: [] });
  });

  it('takes the newest execution of each period of an AWS data export by its manifest', () => {
    const period = '/x/cur/data/BILLING_PERIOD=2026-05';
    const old = `${period}/2026-05-03T10:00:00.000Z-aa/cur-00001.csv.gz`;
    const current = `${period}/2026-05-02T10:00:00.000Z-bb/cur-00001.csv.gz`;
    const april = '/x/cur/data/BILLING_PERIOD=2026-04/2026-05-01T00:00:00.000Z-cc/cur-00001.csv.gz';
    const chosen = choose([old, current, april], {
      '/x/cur/metadata/BILLING_PERIOD=2026-05/cur-Manifest.json': {
        dataFiles: [
          's3://bucket/p/cur/data/BILLING_PERIOD=2026-05/2026-05-02T10:00:00.000Z-bb/cur-00001.csv.gz',
        ],
      },
    });
    assert.deepEqual(chosen, { files: [april, current], superseded: [old] });
  });

  it('takes the newest execution by the time in its name where there is no manifest', () => {
    const period = '/x/cur/data/BILLING_PERIOD=2026-05';
    const files = [3, 1, 2].map((day) => `${period}/2026-05-0${day}T10:00:00.000Z-x/cur-1.csv.gz`);
    const chosen = choose(files);
    assert.deepEqual(chosen.files, [files[0]]);
    assert.equal(chosen.superseded.length, 2);
  });

  it('takes the assembly that the manifest of a legacy report names', () => {
    const period = '/c/rep/20260501-20260601';
    const files = ['11-22', '33-44'].map((id) => `${period}/${id}/rep-1.csv.gz`);
    const manifest = { reportKeys: ['p/rep/20260501-20260601/11-22/rep-1.csv.gz'] };
    const chosen = choose(files, {
      [`${period}/rep-Manifest.json`]: manifest,
      [`${period}/33-44/rep-Manifest.json`]: {
        reportKeys: ['p/rep/20260501-20260601/33-44/rep-1.csv.gz'],
      },
    });
    assert.deepEqual(chosen, { files: [files[0]], superseded: [files[1]] });
  });

  it('takes the last run of an Azure export', () => {
    const period = '/a/focus/20260501-20260531';
    const run = (id: string, at: string) => ({
      file: `${period}/${id}/part_0_0001.csv`,
      path: `${period}/${id}/manifest.json`,
      manifest: {
        blobs: [{ blobName: `dir/focus/20260501-20260531/${id}/part_0_0001.csv` }],
        runInfo: { submittedTime: at },
      },
    });
    const runs = [
      run('aaaa', '2026-05-20T08:00:00.1234567Z'),
      run('bbbb', '2026-05-09T08:00:00.1234567Z'),
    ];
    const files = runs.map(({ file }) => file);
    const manifests = Object.fromEntries(runs.map(({ path, manifest }) => [path, manifest]));
    assert.deepEqual(choose(files, manifests), { files: [files[0]], superseded: [files[1]] });
    // A run whose manifest is not there may be the newest one.
    delete manifests[runs[0]!.path];
    assert.throws(() => choose(files, manifests), { code: 'DELIVERIES_UNORDERED' });
  });

  it('refuses a delivery that is not there whole', () => {
    const period = '/x/cur/data/BILLING_PERIOD=2026-05';
    const name = (file: number) => `s3://b/cur/data/BILLING_PERIOD=2026-05/cur-0000${file}.csv.gz`;
    assert.throws(
      () =>
        choose([`${period}/cur-00001.csv.gz`], {
          '/x/cur/metadata/BILLING_PERIOD=2026-05/cur-Manifest.json': {
            dataFiles: [name(1), name(2)],
          },
        }),
      { code: 'DELIVERY_INCOMPLETE', message: /1 of the 2 files .*cur-00002\.csv\.gz/ },
    );
  });

  it('refuses to guess which of two deliveries is the newest', () => {
    const files = ['11-22', '33-44'].map((id) => `/c/rep/20260501-20260601/${id}/rep-1.csv.gz`);
    assert.throws(() => choose(files), { code: 'DELIVERIES_UNORDERED', message: /11-22, 33-44/ });
  });

  it('leaves out the file of an older, longer delivery that an overwriting one did not need again', () => {
    const period = '/c/rep/20260501-20260601';
    const files = [1, 2].map((part) => `${period}/rep-${part}.csv.gz`);
    const chosen = choose(files, {
      [`${period}/rep-Manifest.json`]: { reportKeys: ['p/rep/20260501-20260601/rep-1.csv.gz'] },
    });
    assert.deepEqual(chosen, { files: [files[0]], superseded: [files[1]] });
  });

  it('ignores manifests of something else and refuses those that it cannot read', () => {
    const files = ['/c/rep/20260501-20260601/rep-1.csv.gz'];
    const path = '/c/rep/20260501-20260601/rep-Manifest.json';
    assert.deepEqual(choose(files, { [path]: { hello: 1 } }).files, files);
    assert.deepEqual(choose(files, { [path]: null }).files, files);
    assert.throws(() => choose(files, { [path]: { reportKeys: [1] } }), {
      code: 'MANIFEST_UNREADABLE',
    });
  });
});
