import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ActionBinding } from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { testBinding } from '../testing/world.ts';
import { bindAction, openAction, openBinding } from './bind.ts';

const digestOf = (text: string) =>
  `sha256:${createHash('sha256').update(`counterfoil-action-v1\n${text}`).digest('hex')}` as const;

test('the digest is SHA-256 over the domain and the canonical text', () => {
  const action = bindAction(testBinding());
  assert.equal(action.digest, digestOf(action.bindingText));
  assert.equal(action.bindingText, canonicalJson(testBinding()));
  assert.deepEqual(openBinding(action.bindingText, action.digest), testBinding());
});

test('the order in which a binding was built does not change its digest', () => {
  const reversed = Object.fromEntries(Object.entries(testBinding()).toReversed());
  assert.equal(
    bindAction(reversed as unknown as ActionBinding).digest,
    bindAction(testBinding()).digest,
  );
});

test('a changed text does not open under the digest', () => {
  const { bindingText, digest } = bindAction(testBinding());
  const changed = bindingText.replace('i-0abc', 'i-0abd');
  assert.throws(() => openBinding(changed, digest), { code: 'DIGEST_MISMATCH' });
});

test('every single field of a binding changes the digest', () => {
  const { digest } = bindAction(testBinding());
  const changes: Partial<ActionBinding>[] = [
    { actionId: 'act_2' },
    { caseId: 'case_2' },
    { tenant: 'other' },
    { account: '444455556666' },
    { region: 'us-east-1' },
    { kind: 'aws.ec2.terminate_instances' },
    { parametersSchemaSha256: 'd'.repeat(64) },
    { parameters: {} },
    { parameterLabels: {} },
    { preconditions: [] },
    { preview: 'Stops nothing.' },
    { blastRadius: { targets: [], accounts: [], note: '' } },
    { undo: { reversibility: 'irreversible', steps: [] } },
    { estimatedEffect: null },
    { environment: 'production' },
    { release: 'agent-2' },
    { policyBundleSha256: 'd'.repeat(64) },
    { changeId: 'CHG1' },
    { proposer: 'other' },
    { onBehalfOf: 'other' },
    { proposedAt: '2026-03-02T09:00:01.000Z' },
    { expiresAt: '2026-03-02T10:00:01.000Z' },
    { nonce: 'nonce_2' },
  ];
  const digests = changes.map((change) => bindAction(testBinding(change)).digest);
  assert.equal(new Set([digest, ...digests]).size, 1 + Object.keys(testBinding()).length - 1);
});

test('an unknown, missing or mistyped field is refused even under a right digest', () => {
  const binding = testBinding();
  const { nonce: _, ...without } = binding;
  for (const wrong of [
    { ...binding, extra: 1 },
    without,
    { ...binding, v: 2 },
    { ...binding, expiresAt: 'tomorrow' },
    { ...binding, parameters: [] },
    { ...binding, policyBundleSha256: 'short' },
    { ...binding, undo: { ...binding.undo, extra: true } },
    { ...binding, estimatedEffect: { perDay: { amount: '1e3', currency: 'USD' } } },
  ]) {
    const text = canonicalJson(wrong);
    assert.throws(() => openBinding(text, digestOf(text)), { code: 'SHAPE_INVALID' }, text);
  }
});

test('a text that is not canonical is refused even under a right digest', () => {
  const pretty = JSON.stringify(testBinding(), null, 2);
  assert.throws(() => openBinding(pretty, digestOf(pretty)), { code: 'JSON_REFUSED' });
});

test('text outside NFC and more than 64 KiB are refused at binding', () => {
  assert.throws(() => bindAction(testBinding({ preview: 'e\u0301' })), { code: 'JSON_REFUSED' });
  assert.throws(() => bindAction(testBinding({ preview: 'x'.repeat(65_536) })), {
    code: 'JSON_REFUSED',
  });
});

test('a journaled action that shows another binding than it binds is refused', () => {
  const action = bindAction(testBinding());
  assert.deepEqual(openAction(action), action);
  const shown = { ...action, binding: testBinding({ preview: 'Stops nothing.' }) };
  assert.throws(() => openAction(shown), { code: 'BINDING_MISMATCH' });
});
