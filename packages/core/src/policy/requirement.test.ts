import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApprovalRequirement } from './decision.ts';
import { isAsStrict, strictestRequirement } from './requirement.ts';

const ask = (
  roles: string,
  quorum: number,
  assurance: ApprovalRequirement['assurance'],
): ApprovalRequirement => ({ roles: roles.split(','), quorum, assurance });

test('the strictest of several requirements wins in each respect', () => {
  const merged = strictestRequirement([ask('a,b', 1, 'passkey'), ask('b,c', 2, 'chat')]);
  assert.deepEqual(merged, ask('b', 2, 'passkey'));
  const turned = strictestRequirement([ask('b,c', 2, 'chat'), ask('a,b', 1, 'passkey')]);
  assert.deepEqual(turned, ask('b', 2, 'passkey'));
});

test('requirements that no role satisfies together ask nobody', () => {
  assert.equal(strictestRequirement([ask('a', 1, 'key'), ask('b', 1, 'key')]), undefined);
  assert.equal(strictestRequirement([]), undefined);
});

test('what was asked may be more than what is due, never less', () => {
  const due = ask('a,b', 2, 'key');
  for (const asked of [ask('a,b', 2, 'key'), ask('b', 3, 'passkey')]) {
    assert.equal(isAsStrict(asked, due), true);
  }
  for (const asked of [ask('a,b,c', 2, 'key'), ask('a,b', 1, 'key'), ask('a,b', 2, 'chat')]) {
    assert.equal(isAsStrict(asked, due), false);
  }
});
