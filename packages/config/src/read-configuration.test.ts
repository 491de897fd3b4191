import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from './problem.ts';
import { defaultConfiguration, readConfiguration } from './read-configuration.ts';

function problemsOf(text: string) {
  const result = readConfiguration(text, 'counterfoil.yaml');
  assert.equal(result.type, 'invalid');
  return result.type === 'invalid' ? result.problems : [];
}

function validOf(text: string) {
  const result = readConfiguration(text, 'counterfoil.yaml');
  assert.deepEqual(result.type === 'invalid' ? result.problems : [], []);
  return result.type === 'valid' ? result.configuration : defaultConfiguration();
}

test('an empty file gives the defaults of the study: more than 15 % and more than 200 a day', () => {
  const { triage, approvals, database } = validOf('');
  assert.deepEqual(triage, { impactMinPercent: 15, impactMinPerDay: '200' });
  assert.equal(approvals.ttl, 72 * 3_600_000);
  assert.equal(database, 'embedded');
});

test('an unknown field is an error with its place and the field that was meant', () => {
  const [problem] = problemsOf('tenant: acme\ntriage:\n  impactMinPercnt: 10\n');
  assert.deepEqual(problem, {
    file: 'counterfoil.yaml',
    line: 3,
    column: 3,
    field: 'triage.impactMinPercnt',
    problem: 'unknown field',
    remedy: 'did you mean impactMinPercent?',
  });
});

test('an unknown field with no near name lists what is known there', () => {
  const [problem] = problemsOf('lake:\n  colour: red\n');
  assert.equal(problem?.remedy, 'known here: memoryLimitMb, focusModelFile, taxonomyFile');
});

test('every problem is found at once, in the order of the file', () => {
  const problems = problemsOf(
    'server:\n  port: 70000\naws:\n  region: Virginia\nlake:\n  memoryLimitMb: 1\n',
  );
  assert.deepEqual(
    problems.map((problem) => [problem.line, problem.field]),
    [
      [2, 'server.port'],
      [4, 'aws.region'],
      [6, 'lake.memoryLimitMb'],
    ],
  );
});

test('a literal secret is refused and is not repeated in the message', () => {
  const [problem] = problemsOf('slack:\n  channelId: C0123\n  token: xoxb-very-secret\n');
  assert.equal(problem?.field, 'slack.token');
  assert.equal(problem?.line, 3);
  assert.match(problem?.problem ?? '', /must not stand in the file/);
  assert.doesNotMatch(JSON.stringify(problem), /very-secret/);
});

test('a secret reference of each form is accepted', () => {
  for (const reference of [
    '{ env: SLACK_TOKEN }',
    '{ file: ./token }',
    '{ awsSsm: /slack/token }',
    '{ awsSecretsManager: slack, json: token }',
  ]) {
    const { slack } = validOf(`slack:\n  channelId: C0123\n  token: ${reference}\n`);
    assert.equal(typeof slack?.token, 'object');
  }
});

test('a missing secret is a problem at its section', () => {
  const [problem] = problemsOf('slack:\n  channelId: C0123\n');
  assert.equal(problem?.field, 'slack.token');
  assert.match(problem?.problem ?? '', /missing/);
});

test('a secret reference with a further field is refused', () => {
  const [problem] = problemsOf('database: { url: { env: URL, value: x } }\n');
  assert.match(`${problem?.problem} ${problem?.remedy}`, /SECRET-REFERENCE|secret reference/);
});

test('a grant of 15 minutes is accepted and one of 16 is not', () => {
  assert.equal(validOf('approvals: { grantTtl: 15m }').approvals.grantTtl, 900_000);
  const [problem] = problemsOf('approvals: { grantTtl: 16m }');
  assert.match(problem?.problem ?? '', /at most 15m/);
});

test('a duration without its unit is refused with what to write', () => {
  const [problem] = problemsOf('approvals:\n  ttl: "72"\n');
  assert.match(problem?.remedy ?? '', /whole number and a unit/);
});

test('a planned activity of one day is accepted, one of none is refused at its end', () => {
  const planned = (toDate: string) =>
    `plannedActivities:\n  - note: launch\n    fromDate: 2026-03-01\n    toDate: ${toDate}\n`;
  assert.equal(validOf(planned('2026-03-02')).plannedActivities.length, 1);
  const [problem] = problemsOf(planned('2026-03-01'));
  assert.equal(problem?.field, 'plannedActivities.0.toDate');
  assert.equal(problem?.line, 4);
});

test('an account as a key keeps its leading zero, one that lost it in a list is refused', () => {
  assert.deepEqual(validOf('environments: { 012345678901: sandbox }').environments, {
    '012345678901': 'sandbox',
  });
  const [problem] = problemsOf(
    'plannedActivities: [{ note: x, fromDate: 2026-03-01, toDate: 2026-03-02, subAccountIds: [012345678901] }]',
  );
  assert.match(problem?.remedy ?? '', /quotes/);
});

test('broken YAML is a problem with its place', () => {
  const [problem] = problemsOf('tenant: acme\nlake: [1\n');
  assert.ok((problem?.line ?? 0) >= 2);
  assert.equal(problem?.remedy, 'correct the YAML');
});

test('a repeated field is refused', () => {
  const [problem] = problemsOf('tenant: a\ntenant: b\n');
  assert.match(problem?.problem ?? '', /unique/i);
});

test('a problem is written in the form that editors jump to', () => {
  const [problem] = problemsOf('tenants: acme\n');
  assert.ok(problem);
  assert.equal(
    formatProblem(problem),
    'counterfoil.yaml:1:1: tenants: unknown field (did you mean tenant?)',
  );
});
