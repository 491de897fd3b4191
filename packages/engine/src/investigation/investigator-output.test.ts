import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseChoice,
  parsePlan,
  type ChoiceBounds,
  type PlanBounds,
} from './investigator-output.ts';

const plan: PlanBounds = {
  tools: new Set(['a.read', 'b.read']),
  references: new Set(['anomaly.element', 'root.element']),
  stepsMax: 2,
  bitsMax: 32,
};
const choice: ChoiceBounds = {
  causes: new Map([
    ['gpu', ['slack', 'stop']],
    ['growth', ['slack']],
  ]),
  phrases: new Set(['one', 'two', 'three']),
  phrasesMax: 2,
  handlesOf: (_kind, parameter) => new Set(parameter === 'ids' ? ['targets.ids'] : []),
  bitsMax: 32,
};
const planCode = (output: unknown, bounds = plan) => {
  const parsed = parsePlan(output, bounds);
  return parsed.type === 'accepted' ? 'accepted' : parsed.code;
};
const choiceCode = (output: unknown, bounds = choice) => {
  const parsed = parseChoice(output, bounds);
  return parsed.type === 'accepted' ? 'accepted' : parsed.code;
};
const chosen = { causeId: 'gpu', actions: [{ kind: 'slack' }], phrases: [] };

test('a plan names registered tools once each, with references as input, as an object or as text', () => {
  const steps = [
    { tool: 'b.read', input: { element: '$root.element' } },
    { tool: 'a.read', input: {} },
  ];
  const parsed = parsePlan({ steps }, plan);
  assert.equal(parsed.type, 'accepted');
  assert.deepEqual(
    parsed.type === 'accepted' && parsed.value.map(({ tool }) => tool),
    ['a.read', 'b.read'],
    'the order of a plan tells nothing',
  );
  assert.equal(planCode(JSON.stringify({ steps })), 'accepted');
  assert.equal(planCode({ steps: [] }), 'accepted');
});

test('a plan is refused for a tool that is unknown or named twice, a step too many, a literal, another reference', () => {
  const step = (tool: string, input: object = {}) => ({ tool, input });
  assert.equal(planCode({ steps: [step('slack.post')] }), 'TOOL_UNKNOWN');
  assert.equal(planCode({ steps: [step('a.read'), step('a.read')] }), 'TOOL_REPEATED');
  const three = [step('a.read'), step('b.read'), step('c.read')];
  assert.equal(planCode({ steps: three }), 'STEPS');
  assert.equal(
    planCode({ steps: [step('a.read', { account: '111122223333' })] }),
    'OUTPUT_MALFORMED',
  );
  assert.equal(planCode({ steps: [step('a.read', { x: '$message.body' })] }), 'HANDLE_UNKNOWN');
  assert.equal(planCode({ steps: [], approved: true }), 'OUTPUT_MALFORMED');
});

test('an answer that is no JSON object, has a key twice, throws or is too long is malformed', () => {
  const hostile = {
    get steps() {
      throw new TypeError('no');
    },
  };
  const cyclic: { steps: unknown[]; self?: unknown } = { steps: [] };
  cyclic.self = cyclic;
  for (const output of [
    undefined,
    null,
    7,
    10n,
    Symbol('x'),
    () => ({}),
    '',
    '{',
    '{"steps":[],"steps":[]}',
    '```json\n{"steps":[]}\n```',
    hostile,
    cyclic,
    { steps: 'all' },
    { steps: Array.from({ length: 33 }, () => ({ tool: 'a.read', input: {} })) },
    `{"steps":[]${' '.repeat(33_000)}}`,
  ]) {
    assert.equal(planCode(output), 'OUTPUT_MALFORMED');
  }
});

test('a choice is among supported causes, their kinds, the phrases and the handles of each parameter', () => {
  assert.equal(choiceCode(chosen), 'accepted');
  assert.equal(choiceCode({ ...chosen, causeId: 'fraud' }), 'CAUSE_UNSUPPORTED');
  assert.equal(choiceCode({ ...chosen, causeId: '__proto__' }), 'OUTPUT_MALFORMED');
  const stop = (parameters: object) => ({ ...chosen, actions: [{ kind: 'stop', parameters }] });
  assert.equal(choiceCode(stop({ ids: '$targets.ids' })), 'accepted');
  assert.equal(choiceCode(stop({ ids: '$root.ids' })), 'HANDLE_REFUSED');
  assert.equal(choiceCode(stop({ other: '$targets.ids' })), 'HANDLE_REFUSED');
  assert.equal(choiceCode(stop({ ids: ['i-0123456789abcdef0'] })), 'OUTPUT_MALFORMED');
  assert.equal(choiceCode({ ...stop({}), causeId: 'growth' }), 'ACTION_KIND_UNKNOWN');
  const twice = [...chosen.actions, ...chosen.actions];
  assert.equal(choiceCode({ ...chosen, actions: twice }), 'REPEATED');
  assert.equal(choiceCode({ ...chosen, phrases: ['one', 'two'] }), 'accepted');
  assert.equal(choiceCode({ ...chosen, phrases: ['one', 'two', 'three'] }), 'PHRASES');
  assert.equal(choiceCode({ ...chosen, phrases: ['free text'] }), 'OUTPUT_MALFORMED');
  assert.equal(choiceCode({ ...chosen, phrases: ['four'] }), 'PHRASE_UNKNOWN');
});

test('the order of actions and phrases tells nothing, and what is chosen is counted in bits', () => {
  const parsed = parseChoice(
    {
      causeId: 'gpu',
      actions: [{ kind: 'stop' }, { kind: 'slack' }],
      phrases: ['two', 'one'],
    },
    choice,
  );
  assert.ok(parsed.type === 'accepted');
  assert.deepEqual(
    parsed.value.actions.map(({ kind }) => kind),
    ['slack', 'stop'],
  );
  assert.deepEqual(parsed.value.phrases, ['one', 'two']);
  assert.equal(parsed.bits, 1 + 2 + 3);
});

test('a choice may take the bits that are left, and not one more', () => {
  assert.equal(choiceCode(chosen, { ...choice, bitsMax: 6 }), 'accepted');
  assert.equal(choiceCode(chosen, { ...choice, bitsMax: 5 }), 'BITS');
});
