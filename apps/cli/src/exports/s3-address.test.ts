import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isS3Address, parseS3Address } from './s3-address.ts';

describe('an address in S3', () => {
  it('ends where a folder ends', () => {
    const prefixOf = (path: string) => parseS3Address(path).prefix;
    assert.equal(prefixOf('s3://my-exports'), '');
    assert.equal(prefixOf('s3://my-exports/'), '');
    assert.equal(prefixOf('s3://my-exports/billing/cur'), 'billing/cur/');
    assert.equal(prefixOf('s3://my-exports/billing/cur/'), 'billing/cur/');
    assert.equal(prefixOf('S3://my-exports/a.csv.gz'), 'a.csv.gz');
    assert.equal(parseS3Address('s3://my-exports/x').bucket, 'my-exports');
  });

  it('is refused with a bucket that cannot be', () => {
    for (const path of ['s3://', 's3:///x', 's3://A_B/x', 's3://ab', 's3://../x']) {
      assert.throws(() => parseS3Address(path), { code: 'BUCKET_MALFORMED' }, path);
    }
  });

  it('is told from a path', () => {
    assert.equal(isS3Address('s3://b/x'), true);
    assert.equal(isS3Address('s3/b.csv'), false);
  });
});
