import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateVerifierKeys } from '@counterfoil/guard';
import { runCommandLine } from '../program.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';

test('a pack that would write its own verdict onto the terminal is rejected in plain sight', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf-verify-'));
  const trust = {
    v: 1,
    tenant: 'acme',
    origin: 'log.test/acme',
    logVerifierKey: generateVerifierKeys('log.test/acme', 'log').verifierKey,
    witnessVerifierKey: generateVerifierKeys('witness.test/acme', 'witness').verifierKey,
    policyBundleSha256: 'b'.repeat(64),
    approvers: [],
    enrolmentKeys: [],
  };
  writeFileSync(join(folder, 'trust.json'), JSON.stringify(trust));
  writeFileSync(join(folder, 'pack.ndjson'), `${JSON.stringify({ '\u001b[2J\nVERIFIED': 1 })}\n`);
  const { terminal, output, errors } = fakeTerminal();
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, [
    'verify',
    'pack.ndjson',
    '--trust',
    'trust.json',
  ]);
  assert.equal(exitCode, 4, errors());
  assert.match(output(), /^REJECTED/);
  assert.match(output(), /\\u\{001B\}\[2J/);
  assert.doesNotMatch(output(), /\u001b|^VERIFIED/m);
});
