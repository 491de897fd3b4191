import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RootCause } from '@counterfoil/core';
import { ACCOUNT, makeSignal, REGION, rootCauseOf } from '../testing/test-data.ts';
import { fill, instanceIdOf, referencesOf, resourceIdsOf } from './references.ts';

const EC2 = 'Amazon Elastic Compute Cloud';
const gpu = { serviceName: EC2, usageType: 'BoxUsage:p4d.24xlarge' };

test('root causes that differ by the resource alone are one story, another usage type is not', () => {
  const causes: readonly RootCause[] = [
    rootCauseOf({ ...gpu, resourceId: 'i-1' }, ['i-1']),
    rootCauseOf({ ...gpu, resourceId: 'i-2' }, ['i-2']),
    rootCauseOf({ serviceName: EC2, usageType: 'BoxUsage:m6i.large' }, ['i-3']),
    rootCauseOf({ ...gpu, regionId: 'eu-west-1' }, ['i-4']),
    rootCauseOf({ ...gpu, subAccountId: '999999999999' }, ['i-5']),
  ];
  assert.deepEqual(resourceIdsOf(causes), ['i-1', 'i-2']);
  assert.deepEqual(resourceIdsOf([]), []);
});

test('an instance id is read from itself and from its ARN, and from nothing else', () => {
  const id = 'i-0123456789abcdef0';
  assert.equal(instanceIdOf(id), id);
  assert.equal(instanceIdOf(`arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`), id);
  for (const other of [
    `${id}0`,
    `x${id}`,
    'i-0123',
    `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${id}`,
    `instance/${id}`,
    `${id}\n`,
  ]) {
    assert.equal(instanceIdOf(other), undefined, other);
  }
});

test('a reference that is not known leaves the question unasked, a literal is taken as it is', () => {
  const references = referencesOf(makeSignal(), {});
  assert.deepEqual(fill({ basis: '$anomaly.basis', rows: 5 }, references), {
    basis: 'EffectiveCost',
    rows: 5,
  });
  assert.equal(fill({ element: '$root.element' }, references), null);
});
