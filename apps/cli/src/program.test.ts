import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { buildProgram, everyCommand, nameOf, runCommandLine } from './program.ts';
import { fakeTerminal } from './terminal/fake-terminal.testing.ts';

async function run(line: string, folder = mkdtempSync(join(tmpdir(), 'cf-cli-'))) {
  const { terminal, output, errors } = fakeTerminal();
  const args = line.split(' ').filter((word) => word !== '');
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, args);
  return { exitCode, output: output(), errors: errors() };
}

function leaves() {
  const { terminal } = fakeTerminal();
  const program = buildProgram({ terminal, workingDirectory: '.', finish: () => undefined });
  return everyCommand(program).filter(
    (command) => command.commands.length === 0 && command.name() !== 'help',
  );
}

test('every command says what it does and shows an example', async () => {
  for (const command of leaves()) {
    assert.notEqual(command.description(), '', nameOf(command));
    const { exitCode, output } = await run(`${nameOf(command).replace('counterfoil', '')} --help`);
    assert.equal(exitCode, 0, nameOf(command));
    assert.match(output, /Examples:\n {2}counterfoil /, nameOf(command));
  }
});

test('every command prints JSON when asked', () => {
  const without = leaves()
    .filter((command) => !command.options.some((option) => option.long === '--json'))
    .map(nameOf);
  assert.deepEqual(without, []);
});

test('a billing file that is not there ends the command before anything starts', async () => {
  for (const line of ['up --demo --once --file absent.csv', 'ingest absent.csv']) {
    const folder = mkdtempSync(join(tmpdir(), 'cf-cli-'));
    const { exitCode, errors } = await run(line, folder);
    assert.equal(exitCode, 2, line);
    assert.match(errors, /absent\.csv.*FILE_MISSING/);
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('help names the exit codes', async () => {
  const { output, exitCode } = await run('--help');
  assert.equal(exitCode, 0);
  assert.match(output, /4 {2}integrity/);
});

test('a command whose reader has gone, as with | head, ends as if it had been read', async () => {
  const program = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const errors = text(child.stderr);
  const [exitCode] = await once(child, 'close');
  assert.deepEqual({ exitCode, errors: await errors }, { exitCode: 0, errors: '' });
});

test('a mistyped command is a usage error with the one that was meant', async () => {
  const { exitCode, errors } = await run('cases lst');
  assert.equal(exitCode, 2);
  assert.match(errors, /unknown command 'lst'[^]*Did you mean list/);
});

test('a mistyped command is no less of an error when its help is asked for', async () => {
  for (const line of ['ingst --help', 'help ingst']) {
    const { exitCode, errors, output } = await run(line);
    assert.deepEqual({ exitCode, output }, { exitCode: 2, output: '' }, line);
    assert.match(errors, /unknown command 'ingst'[^]*Did you mean ingest/);
  }
});

test('a mistyped option is a usage error with the one that was meant', async () => {
  const { exitCode, errors } = await run('up --dmo');
  assert.equal(exitCode, 2);
  assert.match(errors, /Did you mean --demo/);
});

test('no command at all prints the help and is a usage error', async () => {
  assert.equal((await run('')).exitCode, 2);
});

test('an error is a sentence with its code and what to do', async () => {
  const { exitCode, errors, output } = await run('cases list');
  assert.equal(exitCode, 2);
  assert.equal(output, '');
  assert.match(
    errors,
    /there is no installation here[^]*\[STATE_MISSING\]\nWhat to do: run `counterfoil up`/,
  );
});

test('with --json an error is one JSON object on standard error and standard output stays empty', async () => {
  const { errors, output } = await run('cases list --json');
  assert.equal(output, '');
  const report = JSON.parse(errors) as { readonly error: Record<string, string> };
  assert.deepEqual(Object.keys(report.error), ['code', 'message', 'remedy']);
});

test('a configuration with problems prints each with its place and exits with 2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf-cli-'));
  writeFileSync(join(folder, 'counterfoil.yaml'), 'tenants: x\nserver: { port: 99999 }\n');
  const { exitCode, output } = await run('config check', folder);
  assert.equal(exitCode, 2);
  assert.match(output, /counterfoil\.yaml:1:1: tenants: unknown field/);
  assert.match(output, /counterfoil\.yaml:2:17: server\.port:/);
  assert.match(output, /2 problems/);
});

test('a valid configuration exits with 0, and the effective one names where secrets are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf-cli-'));
  writeFileSync(
    join(folder, 'counterfoil.yaml'),
    'slack: { channelId: C0123, token: { env: TOKEN } }\n',
  );
  assert.equal((await run('config check', folder)).exitCode, 0);
  const { output } = await run('config show --json', folder);
  const { configuration } = JSON.parse(output) as {
    readonly configuration: { readonly slack: { readonly token: unknown } };
  };
  assert.deepEqual(configuration.slack.token, { env: 'TOKEN' });
});

test('the configuration in effect is itself a valid file that means the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf-cli-'));
  const configurationOf = (text: string) =>
    (JSON.parse(text) as { readonly configuration: unknown }).configuration;
  const before = await run('config show --json', folder);
  writeFileSync(join(folder, 'counterfoil.yaml'), (await run('config show', folder)).output);
  const after = await run('config show --json', folder);
  assert.equal(after.exitCode, 0, after.errors);
  assert.deepEqual(configurationOf(after.output), configurationOf(before.output));
});

test('verify needs the trust file named, and says which file is missing', async () => {
  assert.match((await run('verify pack.ndjson')).errors, /required option '--trust <file>'/);
  const { exitCode, errors } = await run('verify pack.ndjson --trust trust.json');
  assert.equal(exitCode, 2);
  assert.match(errors, /TRUST_MISSING/);
});
