import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../program.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';

const HEADER = 'region,service,real,predict';

async function explain(rows: readonly string[], options: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'cf-explain-'));
  writeFileSync(join(folder, 't.csv'), `${[HEADER, ...rows].join('\n')}\n`);
  const { terminal, output, errors } = fakeTerminal();
  const wanted = ['--dimensions', 'region,service', '--actual', 'real', '--expected', 'predict'];
  const args = ['explain', '--table', 't.csv', ...wanted, ...options];
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, args);
  return { exitCode, output: output(), errors: errors() };
}

const QUIET = ['a,x,10,10', 'a,y,10,10', 'b,x,10,10', 'b,y,10,10'];

test('the combination that moved is named, and finding one exits with 1', async () => {
  const { exitCode, output } = await explain([...QUIET.slice(0, 3), 'b,y,90,10'], ['--json']);
  const { causes } = JSON.parse(output) as {
    readonly causes: readonly { readonly where: unknown; readonly delta: number }[];
  };
  assert.equal(exitCode, 1);
  assert.deepEqual(causes[0]?.where, { region: 'b', service: 'y' });
  assert.equal(causes[0]?.delta, 80);
});

test('a table in which nothing moved has no cause and exits with 0', async () => {
  const { exitCode, output } = await explain(QUIET);
  assert.deepEqual([exitCode, output], [0, 'Nothing explains the difference.\n']);
});

test('a column that is not there is a usage error that lists those that are', async () => {
  const { exitCode, errors } = await explain(QUIET, ['--actual', 'reel']);
  assert.equal(exitCode, 2);
  assert.match(errors, /no column "reel"[^]*region, service, real, predict/);
});

test('a table of more than eight dimensions says on standard error what was not searched', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf-explain-'));
  const names = Array.from({ length: 9 }, (_, d) => `d${d}`);
  const rows = Array.from({ length: 40 }, (_, i) =>
    [...names.map((_, d) => `v${(i >> (d % 5)) % 2}`), i % 2 === 1 ? 30 + i : 10 + i, 10 + i].join(
      ',',
    ),
  );
  writeFileSync(join(folder, 't.csv'), [`${names.join(',')},real,predict`, ...rows].join('\n'));
  const { terminal, output, errors } = fakeTerminal();
  const wanted = ['--dimensions', names.join(','), '--actual', 'real', '--expected', 'predict'];
  const args = ['explain', '--table', 't.csv', ...wanted, '--json'];
  await runCommandLine({ terminal, workingDirectory: folder }, args);
  assert.match(errors(), /Not searched[^]*up to 4 dimensions/);
  assert.deepEqual(Object.keys(JSON.parse(output()) as object), ['causes', 'elapsedMs']);
});
