import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultConfiguration } from '@counterfoil/config';
import { baseRegistry } from '@counterfoil/guard';
import { ensureInstallation } from '../up/installation.ts';
import { ensureKeyFile, readKeyFile, seedOf } from './keys.ts';
import { readSecrets } from './secrets.ts';
import { findSigner } from './signer.ts';
import { prepareStateDirectory, stateDirectoryAt } from './state-directory.ts';
import { OPERATOR_ID, readTrust } from './trust-file.ts';

const NOW_MS = Date.parse('2026-03-01T00:00:00.000Z');
const WEEK_MS = 7 * 86_400_000;

function prepared() {
  const state = stateDirectoryAt(join(mkdtempSync(join(tmpdir(), 'cf-state-')), 'state'));
  prepareStateDirectory(state);
  return state;
}

function install(
  state = prepared(),
  options: { mode?: 'demo' | 'live'; nowMs?: number; tenant?: string } = {},
) {
  const { mode = 'demo', nowMs = NOW_MS, tenant = 'default' } = options;
  const loaded = { configuration: { ...defaultConfiguration(), tenant }, file: null };
  return ensureInstallation(state, loaded, { mode, nowMs });
}

test('making an installation twice gives the same secrets, keys, trust file and link', () => {
  const state = prepared();
  const first = install(state);
  const trust = readFileSync(state.trustFile, 'utf8');
  const second = install(state, { nowMs: NOW_MS + 1000 });
  assert.deepEqual(second.secrets, first.secrets);
  assert.deepEqual(second.links, first.links);
  assert.equal(readFileSync(state.trustFile, 'utf8'), trust);
});

test(
  'secrets and keys are readable by their owner alone, the trust file holds public keys only',
  { skip: process.platform === 'win32' && 'modes are those of POSIX' },
  () => {
    const { state } = install();
    for (const file of [
      state.secretsFile,
      join(state.keys, 'log.pem'),
      join(state.keys, 'operator.pem'),
    ]) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
    }
    for (const directory of [state.keys, state.lake, state.logs, state.database, state.demo]) {
      assert.equal(statSync(directory).mode & 0o777, 0o700, directory);
    }
    // Root's PostgreSQL is another user, who must be able to walk to its data, and to nothing else.
    const asRoot = process.getuid?.() === 0;
    assert.equal(statSync(state.root).mode & 0o777, asRoot ? 0o711 : 0o700);
    assert.doesNotMatch(readFileSync(state.trustFile, 'utf8'), /PRIVATE/);
  },
);

test('an enrolment link that has ended is replaced, and the old key stays in the trust file', () => {
  const state = prepared();
  const [before] = install(state).links;
  assert.deepEqual(install(state, { nowMs: NOW_MS + WEEK_MS - 1 }).links, [before]);
  const [after] = install(state, { nowMs: NOW_MS + WEEK_MS }).links;
  assert.notEqual(after?.fragment, before?.fragment);
  const keys = readTrust(state.trustFile).enrolmentKeys;
  assert.deepEqual(
    keys.map((key) => key.expiresAt),
    [before?.expiresAt, after?.expiresAt],
  );
});

test('a live installation has no local operator, and a demonstration cannot become one', () => {
  const live = install(prepared(), { mode: 'live' });
  assert.deepEqual(readTrust(live.state.trustFile).approvers, []);
  const demo = prepared();
  install(demo);
  assert.throws(() => install(demo, { mode: 'live' }), { code: 'STATE_MODE' });
  assert.throws(() => install(demo, { tenant: 'other' }), { code: 'STATE_TENANT' });
});

test('the operator signs with the key in the state directory, a stranger’s key is refused', () => {
  const { state } = install();
  const inputs = {
    state,
    workingDirectory: '.',
    registry: baseRegistry(readTrust(state.trustFile)),
  };
  assert.equal(findSigner({ ...inputs, keyFile: undefined }).personId, OPERATOR_ID);
  const stranger = join(state.keys, 'stranger.pem');
  ensureKeyFile(stranger);
  assert.throws(() => findSigner({ ...inputs, keyFile: stranger }), { code: 'KEY_UNKNOWN' });
});

test(
  'a key that others can read is refused',
  { skip: process.platform === 'win32' && 'modes are those of POSIX' },
  () => {
    const file = join(prepared().keys, 'key.pem');
    ensureKeyFile(file);
    chmodSync(file, 0o640);
    assert.throws(() => readKeyFile(file), { code: 'KEY_EXPOSED' });
  },
);

test('a file that holds no key is refused without quoting it', () => {
  const file = join(prepared().keys, 'key.pem');
  writeFileSync(file, 'not-a-key-but-secret', { mode: 0o600 });
  assert.throws(
    () => readKeyFile(file),
    (error: Error) => !/not-a-key/.test(`${error.message}${String(error.cause)}`),
  );
});

test('the link carries the 32-byte seed of its key', () => {
  const { privateKey } = ensureKeyFile(join(prepared().keys, 'key.pem'));
  assert.equal(Buffer.from(seedOf(privateKey), 'base64url').length, 32);
});

test(
  'a database directory that belongs to the server’s user is taken as it is, any other foreign one is refused',
  { skip: process.getuid?.() !== 0 && 'only root can give a directory away' },
  () => {
    const state = prepared();
    chownSync(state.database, 65_534, 65_534);
    prepareStateDirectory(state);
    assert.equal(statSync(state.database).uid, 65_534);
    chownSync(state.keys, 65_534, 65_534);
    assert.throws(() => prepareStateDirectory(state), { code: 'STATE_FOREIGN' });
  },
);

test('secrets that cannot be read are not called damaged', () => {
  const { state } = install();
  rmSync(state.secretsFile);
  mkdirSync(state.secretsFile);
  assert.throws(() => readSecrets(state.secretsFile), { code: 'STATE_UNREADABLE' });
});

test('damaged secrets are refused without quoting them', () => {
  const { state } = install();
  writeFileSync(state.secretsFile, '{"lakeToken":"very-secret"');
  assert.throws(
    () => readSecrets(state.secretsFile),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'STATE_DAMAGED');
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /very-secret/);
      return true;
    },
  );
});
