import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsOfFacts } from './field-labels.ts';
import { INSTANCE_FIELDS } from './instance-fields.ts';

const integrityOf = (...paths: readonly string[]) =>
  labelsOfFacts(INSTANCE_FIELDS, { fact: paths })['fact']?.integrity;

test('what EC2 sets is trusted, and what a tenant can type is not, however it is called', () => {
  assert.equal(integrityOf('InstanceId', 'State.Name'), 2);
  for (const path of [
    'Tags[].Value',
    'Tags[].Key',
    'KeyName',
    'ClientToken',
    'SecurityGroups[].GroupName',
    'SomethingNew',
    '__proto__',
    'constructor',
    'toString',
    'instanceid',
  ]) {
    assert.equal(integrityOf(path), 0, path);
  }
});

test('a fact is as trusted as the least trusted field that it is made of; of no field, not at all', () => {
  assert.equal(integrityOf('InstanceId', 'Tags[].Value'), 0);
  assert.equal(integrityOf(), 0);
});

test('a fact is as confidential as the most confidential field', () => {
  const fields = {
    a: { integrity: 2, confidentiality: 1 },
    b: { integrity: 2, confidentiality: 3 },
  } as const;
  assert.equal(labelsOfFacts(fields, { fact: ['a', 'b'] })['fact']?.confidentiality, 3);
});
