import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyChangeStatement, RecordedPolicyAct } from '@counterfoil/core';
import { at, BUNDLE_SHA256, START_MS, testTrust, type TestKey } from '../testing/world.ts';
import { baseRegistry } from '../trust/registry.ts';
import {
  signPolicyChange,
  startPolicies,
  takePolicyAct,
  wasActive,
  type PolicyHistory,
} from './policy-change.ts';

const people = testTrust();
const { ana, anaToo, cleo, dora } = people;
const registry = baseRegistry(people.trust);
const NEW = 'c'.repeat(64);
const HOUR_MS = 3_600_000;

function statement(
  key: TestKey,
  change: Partial<PolicyChangeStatement> = {},
): PolicyChangeStatement {
  return {
    v: 1,
    act: 'approve',
    changeId: 'change_1',
    bundleSha256: NEW,
    replacesSha256: BUNDLE_SHA256,
    expiresAt: at(3600),
    personId: key.personId,
    keyId: key.keyId,
    signedAt: at(0),
    comment: 'fewer people at night',
    ...change,
  };
}
type Change = Partial<PolicyChangeStatement>;
const signed = (key: TestKey, change: Change) =>
  signPolicyChange(statement(key, change), key.privateKey);
const proposed = (key: TestKey, change: Change = {}, atMs = START_MS): RecordedPolicyAct => ({
  type: 'proposed',
  signed: signed(key, { act: 'propose', ...change }),
  atMs,
});
const approved = (key: TestKey, change: Change = {}, atMs = START_MS): RecordedPolicyAct => ({
  type: 'approved',
  signed: signed(key, change),
  atMs,
});
const activated = (atMs = START_MS, changeId = 'change_1'): RecordedPolicyAct => ({
  type: 'activated',
  changeId,
  atMs,
});

/** The history after these acts, and the codes of those that did not hold. */
function take(
  acts: readonly RecordedPolicyAct[],
  from: PolicyHistory = startPolicies(people.trust),
) {
  const codes: string[] = [];
  let history = from;
  for (const act of acts) {
    const next = takePolicyAct(history, act, registry);
    if ('activeSha256' in next) history = next;
    else codes.push(next.code);
  }
  return { history, codes, active: history.activeSha256 };
}
const whole = [proposed(dora), approved(ana), approved(cleo), activated()];

test('two people who are not the author put other policies into effect', () => {
  const { active, codes, history } = take(whole);
  assert.deepEqual(codes, []);
  assert.equal(active, NEW);
  const untilMs = START_MS + 24 * HOUR_MS;
  assert.deepEqual(history.authors, [{ personId: 'dora', untilMs }]);
});

test('until a change the policies of the trust file are in effect', () => {
  assert.equal(take([]).active, BUNDLE_SHA256);
  assert.equal(take(whole.slice(0, 3)).active, BUNDLE_SHA256);
});

test('one approval, one person twice and with two keys, and the author do not suffice', () => {
  const cases: readonly (readonly [readonly RecordedPolicyAct[], readonly string[]])[] = [
    [[], ['APPROVALS_MISSING']],
    [[approved(ana)], ['APPROVALS_MISSING']],
    [[approved(ana), approved(ana)], ['APPROVALS_MISSING']],
    [[approved(ana), approved(anaToo)], ['APPROVALS_MISSING']],
    [
      [approved(ana), approved(dora)],
      ['SELF_APPROVAL', 'APPROVALS_MISSING'],
    ],
  ];
  for (const [approvals, codes] of cases) {
    const outcome = take([proposed(dora), ...approvals, activated()]);
    assert.deepEqual([outcome.active, outcome.codes], [BUNDLE_SHA256, codes]);
  }
  const own = take([proposed(ana), approved(ana), approved(cleo), activated()]);
  assert.deepEqual(own.codes, ['SELF_APPROVAL', 'APPROVALS_MISSING']);
});

test('a person without the role does not approve a change', () => {
  const { codes } = take([proposed(ana), approved(dora), approved(cleo), activated()]);
  assert.deepEqual(codes, ['ROLE_MISSING', 'APPROVALS_MISSING']);
});

test('an approval is of this bundle, in the place of that one, until this time, and of nothing else', () => {
  const others: readonly Change[] = [
    { bundleSha256: 'd'.repeat(64) },
    { replacesSha256: 'd'.repeat(64) },
    { expiresAt: at(3601) },
    { act: 'propose' },
  ];
  for (const other of others) {
    const { codes } = take([proposed(dora), approved(ana, other), approved(cleo), activated()]);
    assert.deepEqual(codes, ['CHANGE_MISMATCH', 'APPROVALS_MISSING'], JSON.stringify(other));
  }
  const { codes } = take([proposed(dora), approved(ana, { changeId: 'change_2' })]);
  assert.deepEqual(codes, ['CHANGE_UNKNOWN']);
  assert.deepEqual(take([proposed(dora, { act: 'approve' })]).codes, ['CHANGE_MISMATCH']);
  assert.deepEqual(take([proposed(dora), proposed(ana)]).codes, ['CHANGE_REPEATED']);
  assert.deepEqual(take([activated()]).codes, ['CHANGE_UNKNOWN']);
});

test('a forged signature, an unknown key and what cannot be read are no acts', () => {
  const forged = { ...signed(ana, {}), signature: signed(cleo, {}).signature };
  const act = (value: unknown): RecordedPolicyAct => ({
    type: 'approved',
    signed: value,
    atMs: START_MS,
  });
  const changed = { ...signed(ana, {}), statement: statement(ana, { comment: 'other' }) };
  const unknown = signed({ ...ana, keyId: 'key_x' }, { keyId: 'key_x' });
  const outcome = take([proposed(dora), ...[forged, changed, unknown, {}].map(act)]);
  const codes = [
    'SIGNATURE_INVALID',
    'SIGNATURE_INVALID',
    'KEY_UNKNOWN',
    'POLICY_CHANGE_MALFORMED',
  ];
  assert.deepEqual(outcome.codes, codes);
});

test('both sides of the end of a change', () => {
  const endMs = Date.parse(at(3600));
  assert.deepEqual(take([proposed(dora, {}, endMs)]).codes, ['CHANGE_EXPIRED']);
  assert.deepEqual(take([proposed(dora, {}, endMs - 1)]).codes, []);
  assert.deepEqual(take([proposed(dora), approved(ana, {}, endMs)]).codes, ['CHANGE_EXPIRED']);
  const acts = [proposed(dora), approved(ana), approved(cleo, {}, endMs - 1)];
  assert.equal(take([...acts, activated(endMs - 1)]).active, NEW);
  assert.deepEqual(take([...acts, activated(endMs)]).codes, ['CHANGE_EXPIRED']);
});

test('a change takes effect once, and only in the place of the policies it was signed for', () => {
  assert.deepEqual(take([...whole, activated()]).codes, ['CHANGE_STALE']);
  const back = { changeId: 'change_2', bundleSha256: BUNDLE_SHA256, replacesSha256: NEW };
  const rollback = [
    proposed(ana, back),
    proposed(dora, { ...back, changeId: 'change_3' }),
    approved(ana, { ...back, changeId: 'change_3' }),
    approved(cleo, { ...back, changeId: 'change_3' }),
    activated(START_MS, 'change_3'),
  ];
  const { active, codes } = take([...whole, ...rollback, activated()]);
  assert.equal(active, BUNDLE_SHA256);
  assert.deepEqual(
    codes,
    ['CHANGE_STALE'],
    'the first change cannot be replayed after it was rolled back',
  );
});

test('what was decided just before a change may still run, what is older may not', () => {
  const { history } = take(whole);
  const graceMs = 15 * 60_000;
  assert.equal(wasActive(history, NEW, START_MS), true);
  assert.equal(wasActive(history, BUNDLE_SHA256, START_MS + graceMs - 1), true);
  assert.equal(wasActive(history, BUNDLE_SHA256, START_MS + graceMs), false);
  assert.equal(wasActive(history, 'd'.repeat(64), START_MS), false);
});
