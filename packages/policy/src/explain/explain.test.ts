import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PolicyQuestion } from '@counterfoil/core';
import type { ApproverRegistry } from '@counterfoil/guard';
import { readBundle } from '../bundle/read-bundle.ts';
import { readBase } from '../cases/policy-case.ts';
import { explain } from './explain.ts';
import { whoCouldApprove } from './who-could-approve.ts';

const directory = fileURLToPath(new URL('../../../../policies/', import.meta.url));
const { bundle } = readBundle(directory);
const base = readBase(directory) as PolicyQuestion;

const changesOf = (change: Partial<PolicyQuestion>) =>
  explain(bundle, { ...base, ...change }).changes.map(({ becomes, changes }) => [
    becomes,
    ...changes.map(({ attribute, to }) => [attribute, to]),
  ]);

test('the rules that caused the answer say of themselves what they are for', () => {
  const { decision, rules } = explain(bundle, { ...base, reconciled: 'no' });
  assert.equal(decision.type, 'deny');
  assert.deepEqual(rules, [
    {
      policyId: 'forbid-cloud-change-on-unreconciled-data',
      doc: 'No change of the cloud rests on cost data that does not add up.',
    },
  ]);
});

test('where one change suffices it is found, the nearest value of each attribute', () => {
  assert.deepEqual(changesOf({ targets: 51 }), [['require_approval', ['targets', 50]]]);
  assert.deepEqual(changesOf({ recentOfKindInAccount: 25 }), [
    ['require_approval', ['recentOfKindInAccount', 20]],
  ]);
});

test('where only two together suffice each such pair is found', () => {
  assert.deepEqual(changesOf({ frozen: true, reconciled: 'no' }), [
    ['require_approval', ['changeStatus', 'valid'], ['reconciled', 'yes']],
    ['require_approval', ['frozen', false], ['reconciled', 'yes']],
  ]);
});

test('nobody is told to turn an action into another one: place, kind and integrity are not changed', () => {
  assert.deepEqual(changesOf({ scopeAccounts: [] }), []);
  assert.deepEqual(changesOf({ targetIntegrity: 0 }), []);
  assert.deepEqual(changesOf({ reversibility: 'irreversible' }), []);
  const production = changesOf({ environment: 'production' });
  assert.deepEqual(production, [['allow', ['approval', { people: 2, assurance: 'passkey' }]]]);
});

test('a figure is changed only towards less of the action', () => {
  const narrowed = changesOf({ targets: 11 }).flat(2);
  assert.equal(narrowed.includes('targets'), false, 'fewer targets do not make it run by itself');
  assert.deepEqual(changesOf({ autonomy: 3 }), []);
});

const requirement = { roles: ['platform-approver'], quorum: 2, assurance: 'passkey' } as const;
const person = (personId: string, roles: readonly string[] = ['platform-approver']) => ({
  ...{ personId, displayName: personId.toUpperCase(), roles, keys: [] },
});
const approvers = [
  person('ana'),
  person('ben'),
  person('cleo', ['finops-approver']),
  person('dora'),
  person('eva'),
  person('finn'),
];
const keyOf = (personId: string, type: 'passkey' | 'ed25519') =>
  [`${personId}-1`, { person: person(personId), key: { keyId: `${personId}-1`, type } }] as const;
const registry = {
  keys: new Map([
    ...[keyOf('ana', 'passkey'), keyOf('ben', 'ed25519'), keyOf('cleo', 'passkey')],
    ...[keyOf('dora', 'passkey'), keyOf('eva', 'passkey')],
  ]),
  ignored: [],
} as unknown as ApproverRegistry;

test('everybody whom the trust file names is listed, those who may approve first, the others with why not', () => {
  const nowMs = Date.parse('2026-03-02T00:00:00.000Z');
  const candidates = whoCouldApprove({
    ...{ trust: { approvers }, registry, requirement, nowMs },
    interested: ['agent:r1', 'dora'],
    authors: [{ personId: 'eva', untilMs: nowMs + 1 }],
  });
  assert.deepEqual(
    candidates.map(({ personId, reason }) => [personId, reason]),
    [
      ['ana', ''],
      ['ben', 'has no passkey, only a weaker key'],
      ['cleo', 'has none of the roles platform-approver'],
      ['dora', 'it is proposed by or for this person'],
      ['eva', 'wrote the policies that are in effect; may approve from 2026-03-02T00:00:00.001Z'],
      ['finn', 'has no key yet'],
    ],
  );
  const later = whoCouldApprove({
    ...{ trust: { approvers }, registry, requirement, nowMs: nowMs + 1 },
    interested: [],
    authors: [{ personId: 'eva', untilMs: nowMs + 1 }],
  });
  const may = later.filter(({ status }) => status === 'may_approve');
  assert.deepEqual(
    may.map(({ personId }) => personId),
    ['ana', 'dora', 'eva'],
  );
});
