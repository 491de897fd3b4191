import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { MOTO_MISSING, startMoto } from '../../../tools/peers/moto.ts';
import type { Peer } from '../../../tools/peers/peer-process.ts';
import { openS3LogArchive } from '../src/archive/s3-log-archive.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const retention = {
  mode: 'compliance',
  until: new Date(Date.now() + 86_400_000 * 30).toISOString().replace(/\.\d+Z/, '.000Z'),
} as const;
let peer: Peer | null = null;
let client: S3Client;

before(async () => {
  peer = await startMoto();
  if (!peer) return;
  client = new S3Client({ region, endpoint: peer.url, forcePathStyle: true, credentials });
  const place = { CreateBucketConfiguration: { LocationConstraint: region } } as const;
  await client.send(
    new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true, ...place }),
  );
  await client.send(new CreateBucketCommand({ Bucket: 'plain', ...place }));
});
after(async () => {
  client?.destroy();
  await peer?.stop();
});

function archiveOf(context: TestContext, bucket = 'locked') {
  if (!peer) {
    context.skip(MOTO_MISSING);
    return null;
  }
  const settings = { bucket, prefix: 'log/', region, endpoint: peer.url, credentials };
  const archive = openS3LogArchive(settings);
  context.after(() => archive.close());
  return archive;
}

test('a file is written once, held until its time, and read back as it was', async (context) => {
  const archive = archiveOf(context);
  if (!archive) return;
  await archive.check();
  assert.deepEqual(await archive.list(), new Set());
  assert.equal(await archive.read('tile/0/000'), null);
  await archive.write('tile/0/000', Buffer.from('hashes'), retention);
  const file = await archive.read('tile/0/000');
  assert.deepEqual(Buffer.from(file?.bytes ?? []), Buffer.from('hashes'));
  assert.deepEqual(file?.retention, retention);
  assert.deepEqual(await archive.list(), new Set(['tile/0/000']));
  const { Versions = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: 'locked', Prefix: 'log/tile/0/000' }),
  );
  const [version] = Versions;
  assert.equal(Versions.length, 1);
  const erase = { Bucket: 'locked', Key: 'log/tile/0/000', VersionId: version?.VersionId };
  await assert.rejects(client.send(new DeleteObjectCommand(erase)), { name: 'AccessDenied' });
});

test('nothing is ever replaced', async (context) => {
  const archive = archiveOf(context);
  if (!archive) return;
  await archive.write('once', Buffer.from('first'), retention);
  await assert.rejects(archive.write('once', Buffer.from('second'), retention), {
    code: 'ARCHIVE_OCCUPIED',
  });
  assert.deepEqual(Buffer.from((await archive.read('once'))?.bytes ?? []).toString(), 'first');
});

test('a file without retention is told apart, and a bucket without lock is refused', async (context) => {
  const archive = archiveOf(context);
  if (!archive) return;
  await client.send(new PutObjectCommand({ Bucket: 'locked', Key: 'log/loose', Body: 'x' }));
  assert.equal((await archive.read('loose'))?.retention, null);
  const plain = archiveOf(context, 'plain');
  await assert.rejects(plain?.check() ?? Promise.resolve(), { code: 'ARCHIVE_UNLOCKED' });
  const none = archiveOf(context, 'no-such-bucket');
  await assert.rejects(none?.check() ?? Promise.resolve(), { code: 'BUCKET_MISSING' });
});
