import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionBinding } from '../proposal/action.ts';
import { renderCard, visibleLines, visibleText, type Card } from './card.ts';

const label = (integrity: 0 | 1 | 2) =>
  ({ integrity, confidentiality: 1, scopes: [], sources: [] }) as const;

const binding: ActionBinding = {
  v: 1,
  actionId: 'act_1',
  caseId: 'case_1',
  tenant: 'demo',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'aws.ec2.stop_instances',
  parametersSchemaSha256: 'a'.repeat(64),
  parameters: { instanceIds: ['i-1', 'i-2'], note: 'please "approve" this', empty: [] },
  parameterLabels: { instanceIds: label(2), note: label(0) },
  preconditions: [
    {
      target: 'i-1',
      stateSha256: 'b'.repeat(64),
      state: { state: 'running', tags: { Name: 'x' } },
    },
  ],
  preview: 'Stops 2 instances.',
  blastRadius: { targets: ['i-1', 'i-2'], accounts: ['111122223333'], note: 'one team' },
  undo: { reversibility: 'reversible', steps: ['Start them again.'] },
  estimatedEffect: { perDay: { amount: '786.432', currency: 'USD' } },
  environment: 'sandbox',
  release: 'r1',
  policyBundleSha256: 'c'.repeat(64),
  changeId: null,
  proposer: 'cf_agent',
  onBehalfOf: 'schedule:daily',
  proposedAt: '2026-11-01T00:00:00.000Z',
  expiresAt: '2026-11-02T00:00:00.000Z',
  nonce: 'n1',
};

const field = (card: Card, sectionId: string, name: string) =>
  card.sections
    .find((section) => section.sectionId === sectionId)
    ?.fields.find((candidate) => candidate.label === name);

test('a card shows every value that the binding binds', () => {
  const text = JSON.stringify(renderCard(binding));
  const leaves = (value: unknown): string[] =>
    value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(leaves)
      : [String(value)];
  const { parameterLabels: _labels, estimatedEffect: _effect, v: _v, ...shown } = binding;
  const hashes = new Set(binding.preconditions.map(({ stateSha256 }) => stateSha256));
  for (const leaf of leaves({ ...shown, changeId: 'none' })) {
    if (hashes.has(leaf)) continue;
    assert.ok(text.includes(JSON.stringify(leaf).slice(1, -1)), `the card does not show ${leaf}`);
  }
  assert.equal(field(renderCard(binding), 'estimated_effect', 'Saving')?.value, '786.43 USD a day');
});

test('a parameter that a tenant or a model could have typed is quoted, an endorsed one is not', () => {
  const card = renderCard(binding);
  assert.equal(field(card, 'parameters', 'note')?.origin, 'quoted');
  assert.equal(field(card, 'parameters', 'instanceIds[1]')?.origin, 'stated');
  assert.equal(field(card, 'targets', 'tags.Name')?.origin, 'quoted');
});

test('a parameter without a label is quoted', () => {
  assert.equal(field(renderCard(binding), 'parameters', 'empty')?.origin, 'quoted');
});

test('a target without a recorded state is still listed', () => {
  const targets = renderCard(binding).sections.find(({ sectionId }) => sectionId === 'targets');
  assert.deepEqual(
    targets?.fields.filter((item) => item.label === 'Target').map((item) => item.value),
    ['i-1', 'i-2'],
  );
});

test('text that hides, reorders or drives a terminal is made visible', () => {
  assert.equal(visibleText('a\u202Eb'), 'a\\u{202E}b');
  assert.equal(visibleText('\u001b[31mred'), '\\u{001B}[31mred');
  assert.equal(visibleText('zero\u200Bwidth\n'), 'zero\\u{200B}width\\u{000A}');
  assert.equal(visibleText('tag\u{E0041}'), 'tag\\u{E0041}');
  assert.equal(visibleText('\uD800'), '\\u{D800}');
});

test('ordinary text of any script stays as it is', () => {
  const text = 'Ação · 停止 · “quoted” · 12,5 %';
  assert.equal(visibleText(text), text);
});

test('a text of several lines keeps them, comes after what is short, and stands right below the preview', () => {
  const parameters = { body: 'one\n\u001b[2Jtwo', title: 'Rise' };
  const card = renderCard({ ...binding, parameters, parameterLabels: {} });
  assert.deepEqual(
    card.sections.slice(0, 2).map(({ sectionId }) => sectionId),
    ['preview', 'parameters'],
  );
  const fields = card.sections[1]?.fields ?? [];
  assert.deepEqual(
    fields.map((item) => item.label),
    ['title', 'body'],
  );
  assert.deepEqual(visibleLines(fields[1]?.value ?? ''), ['one', '\\u{001B}[2Jtwo']);
});

test('an action outside any account says so', () => {
  const card = renderCard({ ...binding, kind: 'slack.post_message', account: '-', region: '-' });
  assert.equal(card.title, 'Post message · SLACK');
  assert.equal(field(card, 'place', 'Account')?.value, 'outside any account');
});

test('a saving that was not estimated is named as such', () => {
  const card = renderCard({ ...binding, estimatedEffect: null });
  assert.equal(field(card, 'estimated_effect', 'Saving')?.value, 'not estimated');
});
