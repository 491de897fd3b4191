import { InputError } from '@counterfoil/core';

/** A place in S3. */
export interface S3Address {
  readonly bucket: string;
  /** What every key begins with; empty for the whole bucket. */
  readonly prefix: string;
}

/** Whether a path of a command line means S3. */
export function isS3Address(path: string): boolean {
  return /^s3:\/\//i.test(path);
}

/**
 * Reads `s3://bucket/prefix`. A prefix ends where a folder ends, so that `…/cur` is not also `…/cur-old`; one that names a data
 * file is taken as it is. Fails with `InputError` for anything else.
 */
export function parseS3Address(path: string): S3Address {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(path) ?? [];
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new InputError('BUCKET_MALFORMED', `"${bucket}" in ${path} is no name of a bucket`, {
      remedy: 'write s3://bucket/prefix as in the settings of the export',
    });
  }
  const isFolder = rest !== '' && !rest.endsWith('/') && !/\.(csv|csv\.gz|parquet)$/i.test(rest);
  return { bucket, prefix: isFolder ? `${rest}/` : rest };
}
