import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runCommandLine } from '../program.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';

async function run(
  t: TestContext,
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'cf-allocation-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { terminal, output, errors } = fakeTerminal();
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, args);
  return { exitCode, output: output(), errors: errors() };
}

const check = (t: TestContext, yaml: string, ...more: readonly string[]) =>
  run(t, ['allocation', 'taxonomy', 'check', 'x.yaml', ...more], { 'x.yaml': yaml });

test('a taxonomy file is checked whole, every wrong field named', async (t) => {
  const wrong = await check(t, 'keys:\n  CostCenter: { alias: [cc] }\ngatePercent: 900\n');
  assert.equal(wrong.exitCode, 2);
  assert.match(wrong.errors, /x\.yaml[^]*keys\.CostCenter\.alias: unknown field[^]*gatePercent/);
  assert.match(wrong.errors, /TAXONOMY_MALFORMED/);
  const broken = await check(t, 'keys: [');
  assert.equal(broken.exitCode, 2);
  assert.equal((await check(t, 'keys: {}\n')).exitCode, 0);
});

test('numbers in a taxonomy are names as they are written', async (t) => {
  const { exitCode, output } = await check(
    t,
    'gatePercent: 92.5\nkeys:\n  CostCenter:\n    values: [0042, 1e3, 4711]\n',
    '--json',
  );
  assert.equal(exitCode, 0);
  const { taxonomy } = JSON.parse(output) as { taxonomy: { keys: { CostCenter: object } } };
  assert.deepEqual(taxonomy.keys.CostCenter, { values: ['0042', '1e3', '4711'] });
});

test('without a taxonomy, the check says what then holds', async (t) => {
  const { exitCode, output } = await run(t, ['allocation', 'taxonomy', 'check']);
  assert.deepEqual([exitCode, output], [0, 'No taxonomy is named: any tag covers a charge.\n']);
});

test('what is wrong in a file of the user ends the command before anything starts', async (t) => {
  for (const [args, code] of [
    [['allocation', 'coverage', '--taxonomy', 'nowhere.yaml'], 'FILE_UNREADABLE'],
    [['allocation', 'showback', '--metrics', 'm.csv'], 'METRICS_MALFORMED'],
    [['unit-cost', '--metrics', 'm.csv'], 'METRICS_MALFORMED'],
    [['commitments', 'import', 'm.csv'], 'DATASET_OTHER'],
    [['allocation', 'taxonomy', 'suggest', '--write', 'm.csv'], 'FILE_EXISTS'],
  ] as const) {
    const { exitCode, errors } = await run(t, args, { 'm.csv': 'date,metric\n' });
    assert.equal(exitCode, 2, code);
    assert.match(errors, new RegExp(code));
    assert.doesNotMatch(errors, /Starting/);
  }
});

test('options that make no sense are usage errors', async (t) => {
  for (const args of [
    ['allocation', 'coverage', '--gate', '101'],
    ['allocation', 'coverage', '--top', '-1'],
    ['allocation', 'coverage', '--keys', 'a,,b'],
    ['allocation', 'showback', '--csv', '--json'],
    ['unit-cost'],
    ['commitments', '--within', 'soon'],
  ]) {
    assert.equal((await run(t, args)).exitCode, 2, args.join(' '));
  }
});
