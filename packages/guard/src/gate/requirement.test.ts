import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAsStrict, parseRequirement, strictestRequirement } from './requirement.ts';

const ask = (text: string) => parseRequirement('p', text);

test('the strictest of several requirements wins in each respect', () => {
  const merged = strictestRequirement([
    ask('roles=a,b;quorum=1;assurance=passkey'),
    ask('roles=b,c;quorum=2;assurance=chat'),
  ]);
  assert.deepEqual(merged, { roles: ['b'], quorum: 2, assurance: 'passkey' });
});

test('requirements that no role satisfies together ask nobody', () => {
  const merged = strictestRequirement([
    ask('roles=a;quorum=1;assurance=key'),
    ask('roles=b;quorum=1;assurance=key'),
  ]);
  assert.equal(merged, undefined);
  assert.equal(strictestRequirement([]), undefined);
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

test('what was asked may be more than what is due, never less', () => {
  const due = ask('roles=a,b;quorum=2;assurance=key');
  for (const asked of ['roles=a,b;quorum=2;assurance=key', 'roles=b;quorum=3;assurance=passkey']) {
    assert.equal(isAsStrict(ask(asked), due), true, asked);
  }
  for (const asked of [
    'roles=a,b,c;quorum=2;assurance=key',
    'roles=a,b;quorum=1;assurance=key',
    'roles=a,b;quorum=2;assurance=chat',
  ]) {
    assert.equal(isAsStrict(ask(asked), due), false, asked);
  }
});
