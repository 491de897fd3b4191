import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { limitOf, newestOf, selectionOf } from '../costs/cost-options.ts';
import { runCommandLine } from '../program.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';

async function costs(t: TestContext, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'cf-costs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { terminal, output, errors } = fakeTerminal();
  const context = { terminal, workingDirectory: folder };
  const exitCode = await runCommandLine(context, ['costs', ...args]);
  return { exitCode, output: output(), errors: errors() };
}

test('options that cannot be meant are refused before anything is started', async (t) => {
  for (const [args, said] of [
    [['query', '--where', 'serviceName'], /dimension=value/],
    [['query', '--limit', '0'], /whole number/],
    [['query', '--granularity', 'serviceName'], /hour, day, week, month/],
    [['movers', '--metric', 'ConsumedQuantity'], /EffectiveCost, BilledCost/],
    [['movers', '--change-min', '1e3'], /plain decimal/],
    [['resources', '--cost-min', '-1'], /plain decimal/],
    [['query', '--json', '--csv'], /cannot be used with/],
    [['query', '--accounts', 'a,,b'], /separated by commas/],
  ] as const) {
    const { exitCode, errors } = await costs(t, ...args);
    assert.equal(exitCode, 2, args.join(' '));
    assert.match(errors, said);
    assert.doesNotMatch(errors, /Starting/);
  }
});

test('the help of every question has examples and says what its days are', async (t) => {
  for (const question of ['query', 'movers', 'decompose', 'savings', 'resources']) {
    const { exitCode, output } = await costs(t, question, '--help');
    assert.equal(exitCode, 0);
    assert.match(output, new RegExp(`Examples:\\n +counterfoil costs ${question}`));
    assert.match(output, /--to <day> +the first day left out/);
  }
});

test('values of one dimension are alternatives, and a value may hold the sign', () => {
  const where = ['serviceName=a', 'tag:x=1=2', 'serviceName=', 'constructor=c'];
  assert.deepEqual(selectionOf({ where, accounts: ['1'] }), {
    filter: { serviceName: ['a', ''], 'tag:x': ['1=2'], constructor: ['c'] },
    accounts: ['1'],
  });
  assert.deepEqual(selectionOf({ where: [] }), { filter: {} });
  // A filter that the lake never hears of would answer for everything.
  const { filter } = selectionOf({ where: ['__proto__=x'] });
  assert.equal(JSON.stringify(filter), '{"__proto__":["x"]}');
  assert.deepEqual(
    [limitOf({ where: [], limit: 3 }), limitOf({ where: [] })],
    [{ rowsMax: 3 }, {}],
  );
});

test('a lake without data says how to bring some in', () => {
  assert.throws(() => newestOf([]), { code: 'LAKE_EMPTY', remedy: /counterfoil ingest/ });
});
