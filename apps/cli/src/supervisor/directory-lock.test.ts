import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockDirectory, lockHolder } from './directory-lock.ts';
import { identify, isRunning } from './process-identity.ts';

const lockFile = () => join(mkdtempSync(join(tmpdir(), 'cf-lock-')), 'up.lock');

test('a lock is held until it is given back, and leaves nothing behind', () => {
  const file = lockFile();
  const release = lockDirectory(file);
  assert.equal(lockHolder(file)?.pid, process.pid);
  assert.throws(() => lockDirectory(file), { code: 'STATE_IN_USE' });
  release();
  assert.equal(existsSync(file), false);
  lockDirectory(file)();
});

test('a lock of a process that was killed is taken over', async () => {
  const file = lockFile();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const identity = identify(child.pid ?? 0);
  assert.ok(identity);
  writeFileSync(file, JSON.stringify(identity));
  assert.throws(() => lockDirectory(file), { code: 'STATE_IN_USE' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  lockDirectory(file)();
});

test(
  'a process is not taken for an earlier one of the same number',
  { skip: process.platform !== 'linux' && 'start times are read from /proc' },
  () => {
    assert.equal(isRunning({ pid: process.pid, startedTicks: '1' }), false);
    assert.equal(isRunning(identify(process.pid) ?? { pid: 0, startedTicks: null }), true);
  },
);

test('a lock file that cannot be read is taken over', () => {
  const file = lockFile();
  writeFileSync(file, '{');
  lockDirectory(file)();
});
