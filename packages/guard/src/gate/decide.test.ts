import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ActionBinding, GateFacts, GateRequest } from '@counterfoil/core';
import { START_MS, testBinding } from '../testing/world.ts';
import { decide } from './decide.ts';
import { loadPolicyBundle } from './policy-bundle.ts';

const directory = new URL('../../../../policies/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, directory), 'utf8');
const files = {
  'schema.cedarschema': read('schema.cedarschema'),
  'default.cedar': read('default.cedar'),
};
const bundle = loadPolicyBundle(files);

const label = { integrity: 2, confidentiality: 1, scopes: [], sources: [] } as const;
const binding: ActionBinding = {
  ...testBinding(),
  parameters: { targets: ['i-1'] },
  parameterLabels: { targets: label },
  blastRadius: { targets: ['i-1'], accounts: ['111122223333'], note: '' },
};
const facts: GateFacts = {
  complete: true,
  killed: false,
  scopeAccounts: ['111122223333'],
  autonomy: { configured: 'approve', earned: 'approve' },
  amountCents: 1,
  recent: { ofKindInAccount: 1, ofKind: 1, ofClass: 1, amountCents: 1 },
  freezes: [],
  offHours: false,
  changeStatus: 'absent',
  changeRequired: false,
  dataQuality: { tagCoveragePercent: 95, conformant: 'yes', reconciled: 'yes' },
  clearance: 2,
};
const request: GateRequest = {
  binding,
  declaration: { class: 'cloud', reversibility: 'reversible', targetsMax: 5 },
  facts,
  nowMs: START_MS,
};

test('the answer names the rules, the bundle and whom to ask', () => {
  const { decisionId, ...answer } = decide(bundle, request);
  assert.match(decisionId, /^dec_[0-9a-f]{24}$/);
  assert.deepEqual(answer, {
    type: 'require_approval',
    policyBundleSha256: bundle.sha256,
    policyIds: ['ask-for-reversible-cloud-change'],
    requirement: { roles: ['platform-approver'], quorum: 1, assurance: 'key' },
  });
});

test('the same question has the same id, another time or other evidence another one', () => {
  const idOf = (change: Partial<GateRequest>) =>
    decide(bundle, { ...request, ...change }).decisionId;
  const approval = { people: 1, assurance: 'key' } as const;
  const ids = [{}, { nowMs: START_MS + 1 }, { approval }].map(idOf);
  assert.equal(new Set(ids).size, 3);
  assert.equal(idOf({}), ids[0]);
});

test('an approval that does not suffice is a denial and never a new request', () => {
  const approval = { people: 1, assurance: 'chat' } as const;
  const decision = decide(bundle, { ...request, approval });
  assert.equal(decision.type === 'deny' && decision.reason, 'the approval does not suffice');
});

test('a denial says which rules forbid it, or that none permits it', () => {
  const reasonOf = (change: Partial<GateFacts>) => {
    const decision = decide(bundle, { ...request, facts: { ...facts, ...change } });
    return decision.type === 'deny' ? decision.reason : decision.type;
  };
  const outside = reasonOf({ scopeAccounts: [] });
  assert.equal(outside, 'forbidden by forbid-outside-scope');
  const copilot = { configured: 'approve', earned: 'copilot' } as const;
  assert.equal(reasonOf({ autonomy: copilot }), 'no rule permits it');
});

test('rules that ask roles which no one has together ask nobody', () => {
  const stranger = loadPolicyBundle({
    ...files,
    'stranger.cedar':
      '@id("stranger") @approval("roles=stranger;quorum=1;assurance=key") permit(principal, action, resource) when { context.class == "cloud" && !(context has approval) && context.complete && action == Counterfoil::Action::"request_approval" };',
  });
  const decision = decide(stranger, request);
  assert.equal(decision.type === 'deny' && decision.reason, 'no rule says whom to ask');
});

test('a request that does not fit the schema is denied, never skipped', () => {
  const broken = { ...request, declaration: { ...request.declaration, targetsMax: 'five' } };
  const decision = decide(bundle, broken as unknown as GateRequest);
  assert.equal(decision.type, 'deny');
});

test('a forbid that errs denies although Cedar would skip it', () => {
  const erring = loadPolicyBundle({
    ...files,
    'erring.cedar':
      '@id("erring") forbid(principal, action, resource) when { context.targets * 9223372036854775807 < 0 };',
  });
  const blastRadius = { ...binding.blastRadius, targets: ['i-1', 'i-2'] };
  const decision = decide(erring, { ...request, binding: { ...binding, blastRadius } });
  assert.equal(decision.type, 'deny');
  assert.match(decision.type === 'deny' ? decision.reason : '', /erring/);
});

test('a bundle with a typo, a missing id, a repeated id or a bad approval is refused', () => {
  const withPolicy = (text: string) => () => loadPolicyBundle({ ...files, 'more.cedar': text });
  const permit = 'permit(principal, action, resource)';
  assert.throws(withPolicy(`${permit};`), /needs an @id/);
  assert.throws(withPolicy(`@id("kill") ${permit} when { context.kiled };`), /kiled/);
  assert.throws(withPolicy(`@id("run-approved-message") ${permit};`), /taken/);
  assert.throws(withPolicy(`@id("a") @approval("quorum=0") ${permit};`), /malformed/);
  assert.throws(
    withPolicy(
      `@id("a") @approval("roles=a;quorum=1;assurance=key") forbid(principal, action, resource);`,
    ),
    /only a permit/,
  );
  assert.throws(withPolicy('permit('), /more\.cedar/);
  assert.throws(() => loadPolicyBundle({ 'default.cedar': files['default.cedar'] }), /schema/);
  assert.throws(() => loadPolicyBundle({ ...files, 'notes.txt': '' }), /notes\.txt/);
});

test('the hash of a bundle changes with any byte and with any boundary', () => {
  const changed = loadPolicyBundle({ ...files, 'default.cedar': `${files['default.cedar']}\n` });
  assert.notEqual(changed.sha256, bundle.sha256);
  assert.equal(loadPolicyBundle({ ...files }).sha256, bundle.sha256);
});
