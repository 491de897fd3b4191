import { createWriteStream } from 'node:fs';
import { open, rename, stat, truncate } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ConflictError, InputError, LimitError, UpstreamError } from '@counterfoil/core';
import { calling, toPlatformError } from '../sessions/aws-error.ts';

const OBJECTS_MAX = 100_000;
const DOWNLOAD_ATTEMPTS_MAX = 5;
const READ_ATTEMPTS_MAX = 4;

/** An object of a bucket as a listing shows it. */
export interface ExportObject {
  readonly key: string;
  readonly bytes: number;
  /** S3's entity tag, in quotes; changes whenever the contents do. */
  readonly etag: string;
}

/** Where an export is delivered. */
export interface ExportBucketSettings {
  readonly bucket: string;
  /** Region to ask first; a bucket elsewhere is followed to its own. */
  readonly region: string;
  /** Only for stand-ins and tests; absent for AWS itself. */
  readonly endpoint?: string | undefined;
  /** Absent: the ambient credentials of the machine, profile or role. */
  readonly credentials?:
    { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** Reads an export's bucket with `s3:ListBucket` and `s3:GetObject`, and nothing else. Closed by its owner. */
export interface ExportBucket {
  /** Everything below a prefix, every page of it; more than 100,000 objects are a `LimitError`. */
  list(prefix: string): Promise<readonly ExportObject[]>;
  /** The text of a small object such as a manifest; a `LimitError` where it is larger than `bytesMax`. */
  readText(object: ExportObject, bytesMax: number): Promise<string>;
  /**
   * Brings an object to a file, whole or not at all, and goes on where an earlier try was cut off. `ConflictError` where the
   * object changed since it was listed.
   */
  download(object: ExportObject, path: string): Promise<void>;
  close(): void;
}

/** Opens a bucket; nothing is asked of it yet. */
export function openExportBucket(settings: ExportBucketSettings): ExportBucket {
  const { bucket, endpoint, region, credentials } = settings;
  const client = new S3Client({
    region,
    maxAttempts: READ_ATTEMPTS_MAX,
    followRegionRedirects: true,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
  });
  return {
    list: (prefix) => list(client, bucket, prefix),
    readText: (object, bytesMax) => readText(client, { bucket, object, bytesMax }),
    download: (object, path) => download(client, { bucket, object, path }),
    close: () => client.destroy(),
  };
}

async function list(
  client: S3Client,
  bucket: string,
  prefix: string,
): Promise<readonly ExportObject[]> {
  const found: ExportObject[] = [];
  try {
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key, Size, ETag } of Contents) {
        if (Key === undefined || Size === undefined || ETag === undefined) continue;
        found.push({ key: Key, bytes: Size, etag: ETag });
      }
      if (found.length > OBJECTS_MAX) {
        throw new LimitError('OBJECTS_COUNT', `more than ${OBJECTS_MAX} objects below the prefix`, {
          remedy: 'give a longer prefix, such as that of one export',
        });
      }
    }
  } catch (error) {
    throw bucketError(error, bucket, 's3:ListBucket');
  }
  return found;
}

interface ReadText {
  readonly bucket: string;
  readonly object: ExportObject;
  readonly bytesMax: number;
}

async function readText(client: S3Client, { bucket, object, bytesMax }: ReadText): Promise<string> {
  if (object.bytes > bytesMax) {
    throw new LimitError(
      'OBJECT_BYTES',
      `${object.key} has ${object.bytes} bytes, ${bytesMax} are read at most`,
    );
  }
  return calling('s3:GetObject', async () => {
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: object.key, IfMatch: object.etag }),
    );
    return (await Body?.transformToString('utf-8')) ?? '';
  });
}

interface Download {
  readonly bucket: string;
  readonly object: ExportObject;
  readonly path: string;
}

async function download(client: S3Client, { bucket, object, path }: Download): Promise<void> {
  // The entity tag is part of the name, so that what is left of an older object is never gone on with.
  const partial = `${path}.${object.etag.replaceAll(/[^0-9A-Za-z-]/g, '')}.partial`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await goOn(client, { bucket, object, path: partial });
      break;
    } catch (error) {
      if (isChanged(error)) {
        throw new ConflictError('FILE_CHANGED', `${object.key} changed while it was fetched`, {
          cause: error,
          remedy: 'wait until the export is complete and ingest again',
        });
      }
      const known = toPlatformError(error, 's3:GetObject');
      if (known.class !== 'upstream' || attempt === DOWNLOAD_ATTEMPTS_MAX) throw known;
    }
  }
  const handle = await open(partial, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, path);
}

/** Fetches what is missing of a partial file. */
async function goOn(client: S3Client, { bucket, object, path }: Download): Promise<void> {
  const there = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (there === object.bytes && there > 0) return;
  const from = there > object.bytes ? 0 : there;
  if (from !== there) await truncate(path, 0);
  const { Body } = await client.send(
    new GetObjectCommand({
      Bucket: bucket,
      Key: object.key,
      IfMatch: object.etag,
      ...(from > 0 && { Range: `bytes=${from}-` }),
    }),
  );
  await pipeline(Body as Readable, createWriteStream(path, { flags: from > 0 ? 'a' : 'w' }));
  const { size } = await stat(path);
  if (size !== object.bytes) {
    throw new UpstreamError(
      'CUT_OFF',
      `${object.key} ended after ${size} of ${object.bytes} bytes`,
    );
  }
}

function isChanged(error: unknown): boolean {
  return error instanceof Error && error.name === 'PreconditionFailed';
}

function bucketError(error: unknown, bucket: string, call: string): Error {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NoSuchBucket') {
    return new InputError('BUCKET_UNKNOWN', `there is no bucket ${bucket}`, {
      cause: error,
      remedy: 'check the name in the settings of the export',
    });
  }
  return toPlatformError(error, call);
}
