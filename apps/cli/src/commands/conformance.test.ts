import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../program.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';

const rule = (keyword: string, column: string, criteria: readonly string[] = []) => ({
  Function: 'Nullability',
  Reference: column,
  EntityType: 'Column',
  ApplicabilityCriteria: criteria,
  ValidationCriteria: {
    MustSatisfy: `${column} has a value.`,
    Keyword: keyword,
    Requirement: { CheckFunction: 'CheckNotValue', ColumnName: column, Value: null },
    Condition: {},
    Dependencies: [],
  },
});

const MODEL = JSON.stringify({
  Details: { ModelVersion: '0.1', FOCUSVersion: '0.1' },
  CheckFunctions: { CheckNotValue: {} },
  ModelDatasets: { CostAndUsage: { ModelRules: ['A-1'] } },
  ModelRules: {
    'A-1': rule('MUST NOT', 'A'),
    'B-1': rule('SHOULD NOT', 'B'),
    'C-1': rule('MUST NOT', 'B', ['TAGGING_SUPPORTED']),
  },
});

async function conformance(csv: string, options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'cf-conformance-'));
  writeFileSync(join(folder, 'bill.csv'), csv);
  writeFileSync(join(folder, 'model.json'), MODEL);
  writeFileSync(join(folder, 'cf.yaml'), 'lake:\n  focusModelFile: model.json\n');
  const { terminal, output, errors } = fakeTerminal();
  const args = ['conformance', 'bill.csv', ...options];
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, args);
  return { exitCode, output: output(), errors: errors() };
}

const NAMED = ['--model', 'model.json'];

test('a MUST rule that fails exits with 1 and is shown with its first row', async () => {
  const { exitCode, output } = await conformance('A,B\nx,y\n,y\n', NAMED);
  assert.equal(exitCode, 1);
  assert.match(output, /Score 0\.0 %/);
  assert.match(output, /A-1 +MUST NOT +1 +2 +none/);
});

test('a SHOULD rule that fails is shown and exits with 0', async () => {
  const { exitCode, output } = await conformance('A,B\nx,\n', NAMED);
  assert.equal(exitCode, 0);
  assert.match(output, /Score 100\.0 %/);
  assert.match(output, /B-1 +SHOULD NOT/);
});

test('a record that cannot be read exits with 1 whatever the rules say', async () => {
  const { exitCode, output } = await conformance('A,B\nx,y\nx,y,z,z,z\nx,y\n', NAMED);
  assert.equal(exitCode, 1);
  assert.match(output, /1 records could not be read/);
});

test('the model may be named by the configuration, relative to it, and JSON has every verdict', async () => {
  const { exitCode, output } = await conformance('A,B\nx,y\n', ['--config', 'cf.yaml', '--json']);
  const { reports } = JSON.parse(output) as {
    readonly reports: readonly {
      readonly score: number;
      readonly rules: readonly { readonly ruleId: string; readonly verdict: string }[];
    }[];
  };
  assert.equal(exitCode, 0);
  assert.equal(reports[0]?.score, 1);
  assert.deepEqual(
    reports[0]?.rules.map(({ verdict }) => verdict),
    ['pass', 'pass', 'not_applicable'],
  );
});

test('a criterion that the caller knows to be met makes its rules apply', async () => {
  const told = [...NAMED, '--supports', 'TAGGING_SUPPORTED'];
  assert.equal((await conformance('A,B\nx,\n', told)).exitCode, 1);
  const both = await conformance('A,B\nx,\n', [...told, '--lacks', 'TAGGING_SUPPORTED']);
  assert.equal(both.exitCode, 2);
});

test('no model, or one that is none, is a usage error that says what to give', async () => {
  const none = await conformance('A,B\nx,y\n', []);
  assert.equal(none.exitCode, 2);
  assert.match(none.errors, /--model FILE, or set lake\.focusModelFile/);
  const bad = await conformance('A,B\nx,y\n', ['--model', 'bill.csv']);
  assert.equal(bad.exitCode, 2);
  assert.match(bad.errors, /no JSON/);
});
