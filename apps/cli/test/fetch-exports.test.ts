import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { MOTO_MISSING, startMoto } from '../../../tools/peers/moto.ts';
import { fetchExports } from '../src/exports/fetch-exports.ts';

const moto = await startMoto();
const region = 'us-east-1';
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

describe('exports in a bucket', { skip: moto === null && MOTO_MISSING }, () => {
  const endpoint = moto?.url ?? '';
  const mirror = mkdtempSync(join(tmpdir(), 'mirror-'));
  const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
  const data = 'p/cur/data/BILLING_PERIOD=2026-05';
  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'my-exports', Key, Body }));
  const said: string[] = [];
  const fetch = async (address: string) => {
    said.length = 0;
    const options = {
      mirror,
      environment: { AWS_ENDPOINT_URL: endpoint },
      say: (text: string) => void said.push(text),
    };
    return fetchExports([address], options);
  };
  const fetchedCount = () => said.filter((text) => text.startsWith('Fetching')).length;
  const filesBelow = () =>
    readdirSync(mirror, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.etag'))
      .map(({ name }) => name)
      .toSorted();

  before(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
    await s3.send(new CreateBucketCommand({ Bucket: 'my-exports' }));
    await put(`${data}/2026-05-02T10:00:00.000Z-a/cur-00001.csv`, 'old');
    await put(`${data}/2026-05-03T10:00:00.000Z-b/cur-00001.csv`, 'new');
    await put(`${data}/2026-05-03T10:00:00.000Z-b/cur-00002.csv`, 'more');
    await put('p/cur-old/data/x.csv', 'another export');
    await put('q/../odd\u202e name.csv', 'odd');
  });
  after(async () => {
    s3.destroy();
    await moto?.stop();
    rmSync(mirror, { recursive: true, force: true });
  });

  it('are fetched once, of each period the newest delivery, and of no neighbour', async () => {
    const paths = await fetch('s3://my-exports/p/cur');
    assert.deepEqual(
      paths.map((path) => readFileSync(path, 'utf8')),
      ['new', 'more'],
    );
    assert.equal(fetchedCount(), 2);
    assert.deepEqual(await fetch('s3://my-exports/p/cur'), paths);
    assert.equal(fetchedCount(), 0);
  });

  it('are fetched again where they changed, and removed where they are gone', async () => {
    await put(`${data}/2026-05-03T10:00:00.000Z-b/cur-00001.csv`, 'now');
    await s3.send(
      new DeleteObjectCommand({
        Bucket: 'my-exports',
        Key: `${data}/2026-05-03T10:00:00.000Z-b/cur-00002.csv`,
      }),
    );
    const paths = await fetch('s3://my-exports/p/cur/');
    assert.deepEqual(
      paths.map((path) => readFileSync(path, 'utf8')),
      ['now'],
    );
    assert.equal(fetchedCount(), 1);
    assert.deepEqual(filesBelow(), ['cur-00001.csv']);
  });

  it('wait for a delivery that is not there whole', async () => {
    const named = ['cur-00001.csv', 'cur-00002.csv'].map(
      (name) => `s3://my-exports/${data}/2026-05-03T10:00:00.000Z-b/${name}`,
    );
    const key = 'p/cur/metadata/BILLING_PERIOD=2026-05/cur-Manifest.json';
    await put(key, JSON.stringify({ dataFiles: named }));
    await assert.rejects(fetch('s3://my-exports/p/cur'), { code: 'DELIVERY_INCOMPLETE' });
    await put(key, '{"dataFiles":');
    await assert.rejects(fetch('s3://my-exports/p/cur'), { code: 'MANIFEST_UNREADABLE' });
  });

  it('never leave their folder, whatever their keys', async () => {
    const [path] = await fetch('s3://my-exports/q');
    assert.ok(path?.startsWith(`${mirror}/my-exports/q/`), path);
    assert.match(path ?? '', /%2E%2E\/odd%E2%80%AE%20name\.csv$/);
  });

  it('are said to be missing where there are none', async () => {
    await assert.rejects(fetch('s3://my-exports/nowhere'), { code: 'FILE_MISSING' });
    await assert.rejects(fetch('s3://not-there/nowhere'), { code: 'BUCKET_UNKNOWN' });
  });
});
