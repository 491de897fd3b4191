import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTestDatabase } from '@counterfoil/store';
import { readConfiguration } from '@counterfoil/config';
import { runCommandLine } from '../program.ts';
import { prepareStateDirectory, stateDirectoryAt } from '../state/state-directory.ts';
import { fakeTerminal } from '../terminal/fake-terminal.testing.ts';
import { ensureInstallation } from '../up/installation.ts';
import { PROGRAM_ROOT } from '../up/processes.ts';

const database = await createTestDatabase();
after(() => database.close());

const folder = mkdtempSync(join(tmpdir(), 'cf-policy-'));
const PEOPLE = ['ana', 'ben', 'cleo'];
const SHIPPED = join(PROGRAM_ROOT, 'policies');

/** The program's pack with another number in it. */
function otherPolicies(name: string, targets: number): string {
  const directory = join(folder, name);
  cpSync(SHIPPED, directory, { recursive: true });
  const file = join(directory, 'default.cedar');
  const text = readFileSync(file, 'utf8').replace(
    'context.targets > 10 }',
    `context.targets > ${targets} }`,
  );
  writeFileSync(file, text);
  return directory;
}

function install(): void {
  const people = PEOPLE.map((personId) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(
      join(folder, `${personId}.pem`),
      privateKey.export({ format: 'pem', type: 'pkcs8' }),
      { mode: 0o600 },
    );
    writeFileSync(
      join(folder, `${personId}.pub`),
      publicKey.export({ format: 'pem', type: 'spki' }),
    );
    return [
      `    - personId: ${personId}`,
      `      displayName: ${personId}`,
      '      roles: [policy-approver]',
      `      keys: [{ keyId: ${personId}-1, publicKeyFile: ${personId}.pub }]`,
    ].join('\n');
  });
  const text = `database: { url: { env: DATABASE } }\napprovals:\n  people:\n${people.join('\n')}\n`;
  const file = join(folder, 'counterfoil.yaml');
  writeFileSync(file, text);
  const read = readConfiguration(text, file);
  assert.ok(read.type === 'valid');
  const state = stateDirectoryAt(join(folder, '.counterfoil'));
  prepareStateDirectory(state);
  const loaded = { configuration: read.configuration, file };
  ensureInstallation(state, loaded, { mode: 'live', nowMs: Date.now() });
}

async function run(...args: readonly string[]) {
  const { terminal, output, errors } = fakeTerminal({ DATABASE: database.adminUrl });
  const exitCode = await runCommandLine({ terminal, workingDirectory: folder }, [
    'policy',
    ...args,
  ]);
  return { exitCode, output: output(), errors: errors() };
}
async function json(...args: readonly string[]) {
  const { exitCode, output, errors } = await run(...args, '--json');
  assert.equal(errors.includes('"code"'), false, errors);
  return { exitCode, value: JSON.parse(output) };
}
const by = (person: string) => ['--key', join(folder, `${person}.pem`), '--yes'];

install();

test('policies change by two signatures of others than the author, once, and back the same way', async () => {
  const before = (await json('status')).value.activeSha256 as string;
  const stricter = otherPolicies('stricter', 5);
  const { changeId, bundleSha256 } = (await json('propose', stricter, ...by('ana'))).value;
  const early = await run('activate', changeId);
  assert.match(early.errors, /APPROVALS_MISSING/);
  const own = await run('approve', changeId, ...by('ana'));
  assert.match(own.errors, /SELF_APPROVAL/);
  assert.deepEqual((await json('approve', changeId, ...by('ben'))).value.approvedBy, ['ben']);
  const again = (await json('approve', changeId, ...by('ben'))).value;
  assert.deepEqual(again.approvedBy, ['ben'], 'one person is one person');
  assert.match((await run('activate', changeId)).errors, /APPROVALS_MISSING/);
  assert.deepEqual((await json('approve', changeId, ...by('cleo'))).value.approvedBy, [
    'ben',
    'cleo',
  ]);
  assert.equal((await run('activate', changeId)).exitCode, 0);
  const status = await json('status');
  assert.equal(status.exitCode, 0);
  assert.equal(status.value.activeSha256, bundleSha256);
  assert.deepEqual(
    status.value.authors.map((one: { personId: string }) => one.personId),
    ['ana'],
  );
  assert.match((await run('activate', changeId)).errors, /CHANGE_STALE/);
  assert.match((await run('propose', stricter, ...by('ana'))).errors, /POLICY_UNCHANGED/);

  const back = (await json('propose', SHIPPED, ...by('ben'))).value.changeId;
  for (const person of ['ana', 'cleo']) await run('approve', back, ...by(person));
  await run('activate', back);
  assert.equal((await json('status')).value.activeSha256, before);
  assert.match((await run('activate', changeId)).errors, /CHANGE_STALE/);
});

test('a second bundle is chosen and unchosen, and there is nothing to report before a decision', async () => {
  const { shadowSha256 } = (await json('shadow', 'on', otherPolicies('shadow', 7))).value;
  assert.equal((await json('status')).value.shadowSha256, shadowSha256);
  assert.match((await run('shadow', 'report')).output, /No second bundle has been asked yet/);
  await run('shadow', 'off');
  assert.equal((await json('status')).value.shadowSha256, null);
});

test('an action that nobody asked about, and nothing at all, are errors that say what to give', async () => {
  assert.match((await run('explain', `sha256:${'a'.repeat(64)}`)).errors, /QUESTION_UNKNOWN/);
  assert.match((await run('explain')).errors, /EXPLAIN_WHAT/);
  assert.match((await run('approve', 'policy_none', ...by('ben'))).errors, /CHANGE_UNKNOWN/);
});

test('a question of one’s own is answered without an installation, with what would change it', async () => {
  const file = join(folder, 'question.json');
  writeFileSync(file, JSON.stringify({ frozen: true }));
  const { value } = await json('explain', '--question', file);
  assert.equal(value.decision.type, 'deny');
  const changed = value.changes.map((one: { changes: readonly { attribute: string }[] }) =>
    one.changes.map(({ attribute }) => attribute),
  );
  assert.deepEqual(changed, [['changeStatus'], ['frozen']]);
  const { output } = await run('explain', '--question', file);
  assert.match(output, /People may be asked if the freeze is over \(frozen: true → false\)/);
});

test('a bundle whose cases fail is told by the exit code, and so is a difference', async () => {
  const weaker = otherPolicies('weaker', 12);
  const tested = await json('test', weaker);
  assert.equal(tested.exitCode, 1);
  assert.ok(tested.value.failed > 0);
  const difference = await json('diff', SHIPPED, weaker);
  assert.equal(difference.exitCode, 1);

  assert.equal((await run('test', SHIPPED)).exitCode, 0);
});

test('policies that do not validate are a usage error that names the rule', async () => {
  const broken = otherPolicies('broken', 10);
  writeFileSync(
    join(broken, 'more.cedar'),
    '@id("typo") permit(principal, action, resource) when { context.kiled };',
  );
  const { exitCode, errors } = await run('check', broken);
  assert.equal(exitCode, 2);
  assert.match(errors, /typo.*kiled/);
});
