import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runCommandLine } from '../program.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';

async function forecast(t: TestContext, args: readonly string[], budgets?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cf-forecast-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (budgets !== undefined) writeFileSync(join(folder, 'budgets.json'), budgets);
  const { terminal, errors } = fakeTerminal();
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, [
    'forecast',
    ...args,
  ]);
  return { exitCode, errors: errors() };
}

test('budgets that are not JSON, or not there, are refused before anything is started', async (t) => {
  const broken = await forecast(t, ['--budgets', 'budgets.json'], '[{');
  assert.equal(broken.exitCode, 2);
  assert.match(broken.errors, /budgets\.json is not JSON[^]*BUDGETS_MALFORMED/);
  const missing = await forecast(t, ['--budgets', 'budgets.json']);
  assert.equal(missing.exitCode, 2);
  assert.match(missing.errors, /ENOENT/);
  for (const { errors } of [broken, missing]) assert.doesNotMatch(errors, /Starting/);
});

test('only the dimensions that can be forecast apart are taken', async (t) => {
  const { exitCode, errors } = await forecast(t, ['--by', 'regionId']);
  assert.equal(exitCode, 2);
  assert.match(errors, /serviceName, subAccountId/);
});
