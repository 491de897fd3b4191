import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictError } from '@counterfoil/core';
import { calling, toPlatformError } from './aws-error.ts';

const named = (name: string, extra: object = {}) =>
  Object.assign(new Error('text that a tenant could have written'), { name, ...extra });

test('what AWS says becomes the class that tells who must act', () => {
  for (const [name, code, errorClass] of [
    ['UnauthorizedOperation', 'IAM_DENIED', 'permission'],
    ['AccessDenied', 'IAM_DENIED', 'permission'],
    ['ExpiredToken', 'CREDENTIAL_REFUSED', 'permission'],
    ['SignatureDoesNotMatch', 'CREDENTIAL_REFUSED', 'permission'],
    ['CredentialsProviderError', 'CREDENTIAL_REFUSED', 'permission'],
    ['InvalidInstanceID.NotFound', 'AWS_REFUSED', 'input'],
    ['IncorrectInstanceState', 'AWS_REFUSED', 'input'],
    ['PackedPolicyTooLargeException', 'AWS_REFUSED', 'input'],
    ['RequestLimitExceeded', 'THROTTLED', 'upstream'],
    ['Throttling', 'THROTTLED', 'upstream'],
    ['ThrottlingException', 'THROTTLED', 'upstream'],
    ['TimeoutError', 'TIMEOUT', 'upstream'],
    ['AbortError', 'TIMEOUT', 'upstream'],
    ['InternalError', 'UNAVAILABLE', 'upstream'],
    ['SomethingNew', 'UNAVAILABLE', 'upstream'],
  ] as const) {
    const error = toPlatformError(named(name), 'ec2:StopInstances');
    assert.deepEqual([error.code, error.class], [code, errorClass], name);
  }
});

test('a reset connection is an outage and a timed-out one a timeout, whatever the SDK calls them', () => {
  const codeOf = (code: string) => toPlatformError(named('TimeoutError', { code }), 'x').code;
  assert.equal(codeOf('ECONNRESET'), 'UNAVAILABLE');
  assert.equal(codeOf('ETIMEDOUT'), 'TIMEOUT');
});

test("the message names the call and AWS's code and never AWS's text", () => {
  const $metadata = { httpStatusCode: 403, requestId: 'r-1' };
  const error = toPlatformError(named('UnauthorizedOperation', { $metadata }), 'ec2:StopInstances');
  assert.equal(error.message, 'AWS denied ec2:StopInstances (UnauthorizedOperation)');
  assert.deepEqual(error.details, {
    call: 'ec2:StopInstances',
    name: 'UnauthorizedOperation',
    status: 403,
    requestId: 'r-1',
  });
});

test('an error of ours passes through as it is, and what is no error at all is an outage', async () => {
  const ours = new ConflictError('VERSION', 'moved');
  await assert.rejects(() => calling('x', () => Promise.reject(ours)), ours);
  assert.equal(toPlatformError('text', 'x').code, 'UNAVAILABLE');
});
