import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequirement } from './requirement.ts';

const ask = (text: string) => parseRequirement('p', text);

test('a requirement is read as it stands in the annotation', () => {
  const requirement = { roles: ['a', 'b'], quorum: 2, assurance: 'passkey' };
  assert.deepEqual(ask('roles=a,b;quorum=2;assurance=passkey'), requirement);
});

test('a quorum of zero, an unknown assurance and stray text are malformed', () => {
  for (const text of [
    'roles=a;quorum=0;assurance=key',
    'roles=;quorum=1;assurance=key',
    'roles=a;quorum=1;assurance=verbal',
    'roles=a;quorum=1;assurance=key;',
    'quorum=1;assurance=key',
  ]) {
    assert.throws(() => ask(text), /malformed/, text);
  }
});
