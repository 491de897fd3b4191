import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allows, parsePolicy } from './policy.ts';

const policy = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
const statement = (Effect: string, Action: unknown, Resource: unknown = '*') => ({
  Effect,
  Action,
  Resource,
});

test('nothing is allowed that no statement allows, and a denial wins', () => {
  const read = policy(statement('Allow', 'ec2:Describe*'));
  assert.ok(allows(read, 'ec2:DescribeInstances', '*'));
  assert.ok(!allows(read, 'ec2:StopInstances', '*'));
  const both = policy(statement('Allow', '*'), statement('Deny', 'ec2:Stop*'));
  assert.ok(allows(both, 'ec2:StartInstances', 'x'));
  assert.ok(!allows(both, 'ec2:StopInstances', 'x'));
});

test('actions ignore letter case, resources do not, and neither is a regular expression', () => {
  const one = policy(statement('Allow', ['EC2:stopinstances'], ['arn:aws:x/i-1.']));
  assert.ok(allows(one, 'ec2:StopInstances', 'arn:aws:x/i-1.'));
  assert.ok(!allows(one, 'ec2:StopInstances', 'arn:aws:x/i-12'));
  assert.ok(!allows(one, 'ec2:StopInstances', 'ARN:aws:x/i-1.'));
});

test('what the stand-in does not know is refused rather than ignored', () => {
  for (const odd of [
    { ...statement('Allow', '*'), Condition: {} },
    { Effect: 'Allow', NotAction: 'x', Resource: '*' },
    statement('Maybe', '*'),
    statement('Allow', []),
  ]) {
    assert.throws(() => policy(odd), { code: 'MalformedPolicyDocument' });
  }
  assert.throws(() => policy(), { code: 'MalformedPolicyDocument' });
  assert.throws(() => parsePolicy('null'), { code: 'MalformedPolicyDocument' });
});
