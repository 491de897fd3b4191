import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KillLiftStatement } from '@counterfoil/core';
import { at, testTrust, type TestKey } from '../testing/world.ts';
import { baseRegistry } from '../trust/registry.ts';
import { checkKillLift, readKillState, signKillLift } from './kill-lift.ts';

const people = testTrust();
const registry = baseRegistry(people.trust);

function lift(key: TestKey, change: Partial<KillLiftStatement> = {}) {
  const { keyId, personId } = key;
  const statement = {
    v: 1,
    killId: 'kill_1',
    personId,
    keyId,
    liftedAt: at(1),
    comment: '',
  } as const;
  return signKillLift({ ...statement, ...change }, key.privateKey);
}
const codeOf = (signed: unknown, killId = 'kill_1') => {
  const outcome = checkKillLift(signed, killId, registry);
  return outcome.type === 'invalid' ? outcome.code : outcome.type;
};

test('a person with the role lifts the kill that they signed for, and no other', () => {
  assert.equal(codeOf(lift(people.cleo)), 'valid');
  assert.equal(codeOf(lift(people.cleo), 'kill_2'), 'KILL_MISMATCH');
});

test('nobody else lifts it, and no changed statement does', () => {
  assert.equal(codeOf(lift(people.ana)), 'ROLE_MISSING');
  assert.equal(codeOf(lift({ ...people.cleo, personId: 'ana' })), 'PERSON_MISMATCH');
  assert.equal(codeOf(lift({ ...people.cleo, keyId: 'key_none' })), 'KEY_UNKNOWN');
  const { privateKey } = people.ana;
  assert.equal(codeOf(lift({ ...people.cleo, privateKey })), 'SIGNATURE_INVALID');
  const signed = lift(people.cleo);
  const changed = { ...signed, statement: { ...signed.statement, comment: 'x' } };
  assert.equal(codeOf(changed), 'SIGNATURE_INVALID');
  for (const malformed of [null, undefined, {}, true, { ...signed, extra: 1 }]) {
    assert.equal(codeOf(malformed), 'LIFT_MALFORMED');
  }
});

test('the switch stays engaged until every kill has a lift that holds', () => {
  const kill = (killId: string) => ({ killId, by: 'cf_server', reason: 'test', at: at(0) });
  const state = (...lifts: readonly unknown[]) =>
    readKillState(
      lifts.map((given, index) => ({ kill: kill(`kill_${index + 1}`), lift: given })),
      registry,
    );
  assert.deepEqual(readKillState([], registry), { status: 'off' });
  assert.equal(state(lift(people.cleo)).status, 'off');
  assert.equal(state(null).status, 'engaged');
  assert.equal(state(lift(people.ana)).status, 'engaged');
  assert.equal(state(lift(people.cleo), lift(people.cleo)).status, 'engaged');
  const both = state(lift(people.cleo), lift(people.cleo, { killId: 'kill_2' }));
  assert.equal(both.status, 'off');
});
