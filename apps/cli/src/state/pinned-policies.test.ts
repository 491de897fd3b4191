import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultConfiguration } from '@counterfoil/config';
import { ensureInstallation } from '../up/installation.ts';
import { ensurePinnedPolicies } from './pinned-policies.ts';
import { prepareStateDirectory, stateDirectoryAt } from './state-directory.ts';
import { readTrust } from './trust-file.ts';

const SHIPPED = fileURLToPath(new URL('../../../../policies/', import.meta.url));

function prepared() {
  const state = stateDirectoryAt(join(mkdtempSync(join(tmpdir(), 'cf-pinned-')), 'state'));
  prepareStateDirectory(state);
  return state;
}

function newerProgram(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cf-newer-'));
  cpSync(SHIPPED, directory, { recursive: true });
  const file = join(directory, 'default.cedar');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n// newer`);
  return directory;
}

test('a newer version of the program brings no other policies into effect', () => {
  const state = prepared();
  const first = ensurePinnedPolicies(state, SHIPPED);
  assert.equal(ensurePinnedPolicies(state, newerProgram()), first);
  assert.notEqual(ensurePinnedPolicies(prepared(), newerProgram()), first);
});

test('a copy that was cut off is made whole', () => {
  const state = prepared();
  const whole = ensurePinnedPolicies(state, SHIPPED);
  rmSync(join(state.policies, 'schema.cedarschema'));
  assert.equal(ensurePinnedPolicies(state, SHIPPED), whole);
});

test('the trust file keeps the pin of the installation, whatever lies in the directory later', () => {
  const state = prepared();
  const loaded = { configuration: defaultConfiguration(), file: null };
  const options = { mode: 'live', nowMs: Date.parse('2026-03-01T00:00:00.000Z') } as const;
  ensureInstallation(state, loaded, options);
  const { policyBundleSha256 } = readTrust(state.trustFile);
  const file = join(state.policies, 'default.cedar');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n// changed by hand`);
  ensureInstallation(state, loaded, options);
  assert.equal(readTrust(state.trustFile).policyBundleSha256, policyBundleSha256);
  assert.notEqual(ensurePinnedPolicies(state, SHIPPED), policyBundleSha256);
});
