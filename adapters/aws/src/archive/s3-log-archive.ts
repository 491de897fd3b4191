import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ConflictError, InputError, IntegrityError } from '@counterfoil/core';
import type { ArchivedFile, LogArchive, Retention } from '@counterfoil/core';
import type { ExportBucketSettings } from '../exports/export-bucket.ts';
import { calling } from '../sessions/aws-error.ts';

/** A bucket with Object Lock, and what every key begins with (empty or ending with `/`). */
export interface ArchiveSettings extends ExportBucketSettings {
  readonly prefix: string;
}

/** An archive that its owner closes. */
export interface S3LogArchive extends LogArchive {
  close(): void;
}

interface Place {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}

const READ_ATTEMPTS_MAX = 4;
const MODES = { compliance: 'COMPLIANCE', governance: 'GOVERNANCE' } as const;

/**
 * Keeps published files of the log in S3 under Object Lock. Needs `s3:GetBucketObjectLockConfiguration`, `s3:ListBucket`, `s3:GetObject`,
 * `s3:GetObjectRetention`, `s3:PutObject` and `s3:PutObjectRetention`; nothing that deletes or shortens.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function openS3LogArchive(settings: ArchiveSettings): S3LogArchive {
  const { bucket, prefix, endpoint, region, credentials } = settings;
  const client = new S3Client({
    region,
    maxAttempts: READ_ATTEMPTS_MAX,
    followRegionRedirects: true,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
  });
  const place = { client, bucket, prefix };
  return {
    check: () => check(place),
    list: () => list(place),
    read: (path) => read(place, path),
    write: (path, bytes, retention) => write(place, { path, bytes, retention }),
    close: () => client.destroy(),
  };
}

async function check({ client, bucket }: Place): Promise<void> {
  const unlocked = (cause?: unknown): InputError =>
    new InputError('ARCHIVE_UNLOCKED', `the bucket ${bucket} has no Object Lock`, {
      ...(cause === undefined ? {} : { cause }),
      remedy: 'use a bucket with versioning and Object Lock, made for this purpose',
    });
  try {
    const answer = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    if (answer.ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') throw unlocked();
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (nameOf(error) === 'ObjectLockConfigurationNotFoundError') throw unlocked(error);
    if (nameOf(error) === 'NoSuchBucket') {
      throw new InputError('BUCKET_MISSING', `there is no bucket ${bucket}`, {
        cause: error,
        remedy: 'compare the name; create it with Object Lock where it is new',
      });
    }
    await calling('s3:GetBucketObjectLockConfiguration', () => Promise.reject(error));
  }
}

async function list({ client, bucket, prefix }: Place): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await calling('s3:ListBucket', async () => {
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key } of Contents) if (Key) found.add(Key.slice(prefix.length));
    }
  });
  return found;
}

async function read({ client, bucket, prefix }: Place, path: string): Promise<ArchivedFile | null> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}` });
    const { Body, ObjectLockMode, ObjectLockRetainUntilDate } = await client.send(command);
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const until = ObjectLockRetainUntilDate?.toISOString();
    const mode = ObjectLockMode === 'COMPLIANCE' ? 'compliance' : 'governance';
    return { bytes, retention: ObjectLockMode && until !== undefined ? { mode, until } : null };
  } catch (error) {
    if (nameOf(error) === 'NoSuchKey') return null;
    return await calling('s3:GetObject', () => Promise.reject(error));
  }
}

/** The condition makes S3 refuse to replace anything; the checksum makes it refuse bytes that changed on the way. */
async function write(
  { client, bucket, prefix }: Place,
  file: { readonly path: string; readonly bytes: Uint8Array; readonly retention: Retention },
): Promise<void> {
  const { path, bytes, retention } = file;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: `${prefix}${path}`,
    Body: bytes,
    ChecksumAlgorithm: 'SHA256',
    IfNoneMatch: '*',
    ObjectLockMode: MODES[retention.mode],
    ObjectLockRetainUntilDate: new Date(retention.until),
  });
  try {
    await client.send(command);
  } catch (error) {
    if (nameOf(error) === 'PreconditionFailed') {
      throw new ConflictError('ARCHIVE_OCCUPIED', `something is at ${prefix}${path} already`, {
        cause: error,
        remedy: 'run the export again: it compares what is there and never replaces it',
      });
    }
    if (nameOf(error) === 'BadDigest') {
      throw new IntegrityError('ARCHIVE_BYTES', `${path} changed on its way to S3`, {
        cause: error,
      });
    }
    await calling('s3:PutObject', () => Promise.reject(error));
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
