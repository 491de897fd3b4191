import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfiguration } from '@counterfoil/config';
import { createTestDatabase } from '@counterfoil/store';
import { runCommandLine } from '../program.ts';
import { prepareStateDirectory, stateDirectoryAt } from '../state/state-directory.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';
import { ensureInstallation } from '../up/installation.ts';

const database = await createTestDatabase();
after(() => database.close());
const folder = mkdtempSync(join(tmpdir(), 'cf-autonomy-'));
const ROLES = { ana: 'autonomy-approver', ben: 'decision-reviewer' };

const people = Object.entries(ROLES).map(([personId, role]) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(folder, `${personId}.pem`), pem, { mode: 0o600 });
  const publicPem = publicKey.export({ format: 'pem', type: 'spki' });
  writeFileSync(join(folder, `${personId}.pub`), publicPem);
  const key = `{ keyId: ${personId}-1, publicKeyFile: ${personId}.pub }`;
  return `    - { personId: ${personId}, displayName: ${personId}, roles: [${role}], keys: [${key}] }`;
});
const text = `database: { url: { env: DATABASE } }\napprovals:\n  people:\n${people.join('\n')}\n`;
const file = join(folder, 'counterfoil.yaml');
writeFileSync(file, text);
const read = readConfiguration(text, file);
assert.ok(read.type === 'valid');
const state = stateDirectoryAt(join(folder, '.counterfoil'));
prepareStateDirectory(state);
ensureInstallation(
  state,
  { configuration: read.configuration, file },
  { mode: 'live', nowMs: Date.now() },
);

async function run(...args: readonly string[]) {
  const { terminal, output, errors } = fakeTerminal({ DATABASE: database.adminUrl });
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, args);
  return { exitCode, output: output(), errors: errors() };
}

const by = (person: string) => ['--key', join(folder, `${person}.pem`), '--yes'];
const scope = ['--release', 'r1', '--environment', 'sandbox', '--kind', 'aws.ec2.stop_instances'];

test('before anything was decided the commands say so', async () => {
  assert.match((await run('autonomy', 'show')).output, /At most approve.*\n.*Nothing was decided/);
  assert.match((await run('autonomy', 'report')).output, /Nothing was decided/);
  assert.match((await run('decisions', 'sample')).output, /No sampled decision waits/);
  const unknown = await run('decisions', 'mark', 'aaaaaaaa', 'right', ...by('ben'));
  assert.match(unknown.errors, /DECISION_UNKNOWN/);
  const odd = await run('decisions', 'mark', 'aaaaaaaa', 'fine', ...by('ben'));
  assert.match(odd.errors, /MARK_UNKNOWN/);
  assert.match(
    (await run('autonomy', 'close-breaker', 'x', ...by('ana'))).errors,
    /OPENING_UNKNOWN/,
  );
});

test('a level rises by the right signature only, each upon the one before', async () => {
  const raise = (level: string, person: string) =>
    run('autonomy', 'raise', ...scope, '--level', level, ...by(person));
  const lower = (level: string, person: string) =>
    run('autonomy', 'lower', ...scope, '--level', level, ...by(person), '--json');
  assert.match((await raise('autonomous', 'ben')).errors, /ROLE_MISSING/);
  assert.match((await raise('approve', 'ana')).errors, /LEVEL_UNCHANGED/);
  assert.match((await raise('unbounded', 'ana')).errors, /LEVEL_UNKNOWN/);
  const raised = await raise('autonomous', 'ana');
  assert.match(raised.output, /In effect: approve \(0 of 0 sampled decisions were right/);
  const lowered = await lower('copilot', 'ben');
  assert.equal(JSON.parse(lowered.output).level, 'copilot');
  assert.match((await raise('approve', 'ben')).errors, /ROLE_MISSING/);
  assert.equal((await raise('approve', 'ana')).exitCode, 0);
  const shown = await run('autonomy', 'show', '--json');
  assert.equal(shown.exitCode, 0);
  const { scopes, openBreakers, ignored } = JSON.parse(shown.output);
  assert.deepEqual([scopes.length, openBreakers, ignored], [1, [], []]);
  assert.equal(scopes[0].level, 'approve');
});

test('a change record is attached to an account until it is detached', async () => {
  const attach = (...args: readonly string[]) => run('changes', ...args, '--account', '111');
  assert.match((await run('changes', 'list')).output, /No change record is attached/);
  assert.match((await attach('attach', '^active=true')).errors, /FIELD_MALFORMED/);
  assert.equal((await attach('attach', 'CHG0031889', '--kind', 'k')).exitCode, 0);
  const [attached] = JSON.parse((await run('changes', 'list', '--json')).output);
  assert.equal(`${attached.account} ${attached.kind} ${attached.changeId}`, '111 k CHG0031889');
  await attach('detach', '--kind', 'k');
  assert.deepEqual(JSON.parse((await run('changes', 'list', '--json')).output), []);
});

test('before an agent ran there is no release to show', async () => {
  assert.match((await run('releases', 'list')).output, /No agent has run here yet/);
  assert.match((await run('releases', 'show', 'r1')).errors, /RELEASE_UNKNOWN/);
  assert.match((await run('releases', 'diff', 'r1', 'r1')).errors, /RELEASE_UNKNOWN/);
});

test('metrics say that nothing happened, and speak the format of Prometheus', async () => {
  assert.match((await run('metrics')).output, /Nothing happened in the last 7 days/);
  assert.match((await run('metrics', '--days', '0')).errors, /DAYS_INVALID/);
  const { output } = await run('metrics', '--prometheus');
  const lines = output.trimEnd().split('\n');
  assert.ok(lines.includes('counterfoil_breakers_open 0'), output);
  const sample =
    'counterfoil_autonomy_fallen{release="r1",environment="sandbox",kind="aws.ec2.stop_instances"} 0';
  assert.ok(lines.includes(sample), output);
  const form = /^(# (HELP|TYPE) .+|counterfoil_[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e-]+)$/;
  assert.deepEqual(
    lines.filter((line) => !form.test(line)),
    [],
  );
});
