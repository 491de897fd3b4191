import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from './read-configuration.ts';

function read(text: string) {
  return readConfiguration(`policy:\n${text.replace(/^/gm, '  ')}`, 'counterfoil.yaml');
}
function problemOf(text: string): string {
  const result = read(text);
  return result.type === 'invalid' ? (result.problems[0]?.problem ?? '') : 'valid';
}

test('without a policy section there is no freeze, no hour is off and channels take confidential content', () => {
  const result = readConfiguration('', 'counterfoil.yaml');
  assert.ok(result.type === 'valid');
  const { autonomy, ...rest } = result.configuration.policy;
  assert.equal(autonomy.configured, 'approve');
  assert.deepEqual(rest, {
    businessHours: null,
    freezes: [],
    changeRequiredIn: [],
    clearances: { slack: 'confidential', jira: 'confidential' },
  });
});

test('freezes of every kind are read', () => {
  const text = [
    'freezes:',
    '  - { name: launch, recurs: never, timeZone: UTC, from: 2026-07-01T22:00, to: 2026-07-02T06:00 }',
    '  - { name: year end, recurs: yearly, timeZone: UTC, from: 12-15, to: 01-05 }',
    '  - { name: close, recurs: monthly, timeZone: UTC, from: 28, to: 3 }',
    "  - { name: friday, recurs: weekly, timeZone: UTC, days: [fri], from: '15:00', to: '24:00' }",
  ].join('\n');
  const result = read(text);
  assert.deepEqual(result.type === 'invalid' ? result.problems : [], []);
});

test('what is no time, no zone or ends before it begins is a problem that says so', () => {
  const hours = (from: string, to: string, zone = 'UTC') =>
    problemOf(`businessHours: { timeZone: ${zone}, days: [mon], from: '${from}', to: '${to}' }`);
  assert.equal(hours('09:00', '18:00'), 'valid');
  assert.equal(hours('00:00', '24:00'), 'valid');
  assert.match(hours('9:00', '18:00'), /time of day/);
  assert.match(hours('09:00', '24:01'), /time of day/);
  assert.match(hours('18:00', '18:00'), /after from/);
  assert.match(hours('09:00', '18:00', 'Mars/Olympus'), /time zone/);
  const never =
    'freezes: [{ name: a, recurs: never, timeZone: UTC, from: 2026-07-01, to: 2026-07-02 }]';
  assert.match(problemOf(never), /moment/);
});

test('rules of autonomy that nobody could keep are problems', () => {
  const autonomy = (text: string) => problemOf(`autonomy: { ${text} }`);
  assert.equal(autonomy('reviewsMin: 35'), 'valid');
  assert.match(autonomy('reviewsMin: 34'), /flawless/);
  assert.match(autonomy('configured: everything'), /autonomous/);
  const spend = 'name: b, measure: spend, windowMinutes: 60, max: 10';
  assert.equal(autonomy(`breakers: [{ ${spend}, currency: EUR }]`), 'valid');
  assert.match(autonomy(`breakers: [{ ${spend} }]`), /currency/);
  const twice = `{ ${spend}, currency: EUR }`;
  assert.match(autonomy(`breakers: [${twice}, ${twice}]`), /one name/);
});
