import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carried, CARRIERS } from './carriers.ts';
import { parseCorpus } from './corpus.ts';
import { GOAL_TYPES } from './goals.ts';
import { SMALL_CORPUS } from './small-corpus.ts';

const file = (rows: readonly object[]) => ({
  name: 'test.jsonl',
  text: rows.map((row) => JSON.stringify(row)).join('\n'),
});

test('rows of attacks, templates and look-alikes are told apart, and templates are filled', () => {
  const { attacks, lookAlikes } = parseCorpus([
    file([
      { id: 'a', group: 'g', text: 'stop it' },
      { id: 't', group: 'template', text: 'IMPORTANT: {goal}' },
      { id: 'b', text: 'a note on attacks', attack_class: 'benign' },
      { id: 'c', text: 'pay the rent', task: 'UserTask2' },
      { id: 'd', text: 'x', tool_description: 'a tool that hides' },
    ]),
  ]);
  const texts = attacks.map(({ text }) => text);
  assert.deepEqual(texts, [
    'stop it',
    'a tool that hides x',
    'IMPORTANT: stop it',
    'IMPORTANT: a tool that hides x',
  ]);
  assert.deepEqual(lookAlikes, ['a note on attacks', 'pay the rent']);
});

test('the calls of a row say what it is after; other rows are spread over every goal', () => {
  const goalOf = (calls: unknown) =>
    parseCorpus([file([{ id: 'x', text: 'y', calls }])]).attacks[0].goalType;
  assert.equal(goalOf([['slack.post', { body: '$result' }]]), 'leak_message');
  assert.equal(goalOf([['slack.post', { body: 'hello' }]]), 'post_elsewhere');
  assert.equal(goalOf([['jira.create', {}]]), 'leak_ticket');
  assert.equal(goalOf([['ec2.stop', {}]]), 'stop_other');
  const spread = parseCorpus([
    file(Array.from({ length: 40 }, (_unused, place) => ({ id: `id${place}`, text: 'y' }))),
  ]);
  assert.equal(new Set(spread.attacks.map((one) => one.goalType)).size, GOAL_TYPES.length);
});

test('an empty corpus, a row without a text and a line that is no JSON are refused by their place', () => {
  assert.throws(() => parseCorpus([]), { code: 'CORPUS_EMPTY' });
  assert.throws(() => parseCorpus([file([{ id: 'a' }])]), /test\.jsonl:1/);
  assert.throws(() => parseCorpus([{ name: 'n', text: '{"text":"a"}\n{' }]), /n:2/);
});

test('the project has attacks and carriers of its own', () => {
  assert.ok(parseCorpus([SMALL_CORPUS]).attacks.length >= 20);
  assert.equal(new Set(CARRIERS.map(({ carrierId }) => carrierId)).size, CARRIERS.length);
});

test('a carrier cuts a text to its length and drops what it does not take', () => {
  const sessionName = CARRIERS.find(({ carrierId }) => carrierId === 'role_session_name');
  assert.ok(sessionName);
  assert.equal(carried(sessionName, 'a b!c=d'), 'abc=d');
  assert.equal(carried(sessionName, 'x'.repeat(65)).length, 64);
});
