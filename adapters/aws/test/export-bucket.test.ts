import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { MOTO_MISSING, startMoto } from '../../../tools/peers/moto.ts';
import { openExportBucket } from '../src/exports/export-bucket.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const region = 'us-east-1';
const moto = await startMoto();
const directory = mkdtempSync(join(tmpdir(), 'exports-'));

describe('a bucket of exports', { skip: moto === null && MOTO_MISSING }, () => {
  const endpoint = moto?.url ?? '';
  const settings = { bucket: 'exports', region, endpoint, credentials };
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));

  before(async () => {
    const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
    const put = (Key: string, Body: Buffer | string) =>
      s3.send(new PutObjectCommand({ Bucket: 'exports', Key, Body }));
    await put('cur/data/a.csv.gz', bytes);
    await put('cur/metadata/m-Manifest.json', '{"dataFiles":[]}');
    for (let at = 0; at < 5; at += 1) await put(`other/${at}.csv`, `${at}`);
    s3.destroy();
  });
  after(async () => {
    await moto?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('lists a prefix, reads manifests and brings objects whole', async () => {
    const bucket = openExportBucket(settings);
    const objects = await bucket.list('cur/');
    assert.deepEqual(
      objects.map(({ key, bytes: size }) => [key, size]),
      [
        ['cur/data/a.csv.gz', 300_000],
        ['cur/metadata/m-Manifest.json', 16],
      ],
    );
    const [data, manifest] = objects;
    assert.equal(await bucket.readText(manifest!, 100), '{"dataFiles":[]}');
    await assert.rejects(bucket.readText(manifest!, 15), { code: 'OBJECT_BYTES' });
    const path = join(directory, 'a.csv.gz');
    await bucket.download(data!, path);
    assert.ok(readFileSync(path).equals(bytes));
    assert.deepEqual(readdirSync(directory), ['a.csv.gz']);
    bucket.close();
  });

  it('goes on where an earlier try was cut off', async () => {
    const bucket = openExportBucket(settings);
    const [data] = await bucket.list('cur/data/');
    const path = join(directory, 'again.gz');
    const partial = `${path}.${data!.etag.replaceAll('"', '')}.partial`;
    // Marked, so that one can see that these bytes were not fetched a second time.
    writeFileSync(partial, Buffer.alloc(100_000, 1));
    await bucket.download(data!, path);
    const got = readFileSync(path);
    assert.equal(got.length, 300_000);
    assert.equal(got[99_999], 1);
    assert.ok(got.subarray(100_000).equals(bytes.subarray(100_000)));
    bucket.close();
  });

  it('refuses an object that changed since it was listed, and leaves no file', async () => {
    const bucket = openExportBucket(settings);
    const [data] = await bucket.list('other/0');
    const path = join(directory, 'changed.csv');
    await assert.rejects(bucket.download({ ...data!, etag: '"0123"' }, path), {
      code: 'FILE_CHANGED',
    });
    assert.equal(readdirSync(directory).includes('changed.csv'), false);
    bucket.close();
  });

  it('says which bucket is not there', async () => {
    const bucket = openExportBucket({ ...settings, bucket: 'nobody-has-this' });
    await assert.rejects(bucket.list(''), { code: 'BUCKET_UNKNOWN', message: /nobody-has-this/ });
    bucket.close();
  });
});

describe('a bucket behind a bad line', () => {
  let server: Server;
  let asked: (string | undefined)[] = [];
  const body = Buffer.alloc(50_000, 7);

  before(async () => {
    asked = [];
    server = createServer((request, response) => {
      const { range } = request.headers;
      asked.push(range);
      const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from });
      // Each answer ends after 20,000 bytes, whatever was promised.
      response.write(body.subarray(from, from + 20_000), () => {
        if (from + 20_000 >= body.length) response.end();
        else response.socket?.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => server.close());

  it('fetches the rest again and again until the object is whole', async () => {
    const { port } = server.address() as AddressInfo;
    const bucket = openExportBucket({
      bucket: 'b',
      region,
      credentials,
      endpoint: `http://127.0.0.1:${port}`,
    });
    const target = mkdtempSync(join(tmpdir(), 'bad-line-'));
    const path = join(target, 'x');
    await bucket.download({ key: 'x', bytes: body.length, etag: '"e"' }, path);
    assert.ok(readFileSync(path).equals(body));
    assert.deepEqual([...new Set(asked)], [undefined, 'bytes=20000-', 'bytes=40000-']);
    bucket.close();
    rmSync(target, { recursive: true });
  });
});
