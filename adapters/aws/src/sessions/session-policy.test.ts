import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitError } from '@counterfoil/core';
import { instanceArn } from '../ec2/instance-targets.ts';
import { sessionPolicy } from './session-policy.ts';

test('a policy allows exactly what was asked', () => {
  assert.deepEqual(JSON.parse(sessionPolicy(['ec2:StopInstances'], ['arn:x'])), {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['ec2:StopInstances'], Resource: ['arn:x'] }],
  });
});

test('a policy of 2048 characters passes and one of 2049 does not', () => {
  const overhead = sessionPolicy(['a'], ['']).length;
  assert.equal(sessionPolicy(['a'], ['x'.repeat(2_048 - overhead)]).length, 2_048);
  assert.throws(() => sessionPolicy(['a'], ['x'.repeat(2_049 - overhead)]), LimitError);
});

test('the ARN of an instance is in the partition of its Region', () => {
  const id = 'i-0123456789abcdef0';
  const partitions = ['eu-central-1', 'cn-north-1', 'us-gov-west-1'].map(
    (region) => instanceArn('111122223333', region, id).split(':')[1],
  );
  assert.deepEqual(partitions, ['aws', 'aws-cn', 'aws-us-gov']);
});
