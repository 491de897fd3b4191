import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionBinding } from '../proposal/action.ts';
import { effectiveAutonomy } from './autonomy.ts';
import type { GateFacts } from './gate-facts.ts';
import { questionOf, type GateRequest } from './policy-question.ts';

const label = { integrity: 2, confidentiality: 1, scopes: ['111122223333'], sources: [] } as const;
const binding = {
  account: '111122223333',
  kind: 'aws.ec2.stop_instances',
  release: 'r1',
  environment: 'sandbox',
  parameters: { targets: ['i-1', 'i-2'], note: 'hello' },
  parameterLabels: { targets: label, note: { ...label, integrity: 0, confidentiality: 2 } },
  blastRadius: { targets: ['i-1', 'i-2'], accounts: ['111122223333'], note: '' },
  expiresAt: '2026-03-02T10:00:00.000Z',
} as unknown as ActionBinding;
const facts: GateFacts = {
  complete: true,
  killed: false,
  scopeAccounts: ['111122223333'],
  autonomy: { configured: 'autonomous', earned: 'approve' },
  amountCents: 5,
  recent: { ofKindInAccount: 1, ofKind: 2, ofClass: 3, amountCents: 4 },
  freezes: [],
  offHours: false,
  changeStatus: 'absent',
  changeRequired: false,
  dataQuality: { tagCoveragePercent: 0, conformant: 'unknown', reconciled: 'unknown' },
  clearance: 2,
};
const ask = (change: Partial<ActionBinding> = {}, request: Partial<GateRequest> = {}) =>
  questionOf({
    binding: { ...binding, ...change },
    declaration: { class: 'cloud', reversibility: 'reversible', targetsMax: 5 },
    facts,
    nowMs: Date.parse(binding.expiresAt) - 1,
    ...request,
  });

test('the lower of the configured and the earned level is in effect', () => {
  assert.equal(ask().autonomy, 2);
  assert.equal(effectiveAutonomy({ configured: 'copilot', earned: 'autonomous' }), 'copilot');
  assert.equal(effectiveAutonomy({ configured: 'approve', earned: 'approve' }), 'approve');
});

test('the last moment before the end is in time, the end itself is not', () => {
  const endMs = Date.parse(binding.expiresAt);
  assert.equal(ask({}, { nowMs: endMs - 1 }).expired, false);
  assert.equal(ask({}, { nowMs: endMs }).expired, true);
  assert.equal(ask({ expiresAt: 'whenever' }, { nowMs: 0 }).expired, true);
});

test('repeated targets count once, and the own account is among the accounts once', () => {
  const blastRadius = { targets: ['i-1', 'i-1'], accounts: ['111122223333', '2'], note: '' };
  const question = ask({ blastRadius });
  assert.equal(question.targets, 1);
  assert.deepEqual(question.accounts, ['111122223333', '2']);
  assert.equal(question.accountCount, 2);
  assert.equal(
    ask({ account: '-', blastRadius: { ...blastRadius, accounts: [] } }).accountCount,
    0,
  );
});

test('the weakest parameter that carries a target decides; one without a label is untrusted', () => {
  assert.equal(ask().targetIntegrity, 2);
  const parameters = { ...binding.parameters, also: 'x "i-2" x', more: ['i-2'] };
  assert.equal(ask({ parameters }).targetIntegrity, 0);
  assert.equal(ask({ parameters: { note: 'hello' } }).targetIntegrity, 0);
});

test('confidentiality and scopes are those of all parameters together', () => {
  const parameterLabels = {
    a: label,
    b: { ...label, confidentiality: 3, scopes: ['9', '9'] },
  } as const;
  const question = ask({ parameterLabels });
  assert.equal(question.confidentiality, 3);
  assert.deepEqual(question.contentScopes, ['111122223333', '9']);
  assert.equal(ask({ parameterLabels: {} }).confidentiality, 0);
});

test('a freeze by any name is a freeze, and an approval is there only when given', () => {
  assert.equal(ask({}, { facts: { ...facts, freezes: ['year end'] } }).frozen, true);
  assert.equal(ask().frozen, false);
  assert.equal('approval' in ask(), false);
  const approval = { people: 2, assurance: 'key' } as const;
  assert.deepEqual(ask({}, { approval }).approval, approval);
});
