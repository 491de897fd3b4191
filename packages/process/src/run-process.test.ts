import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const program = fileURLToPath(new URL('./testing/sample-process.ts', import.meta.url));

function start(settings: unknown): ChildProcess {
  return fork(program, {
    env: { COUNTERFOIL_SETTINGS: settings === undefined ? undefined : JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function started(): Promise<ChildProcess> {
  const child = start({ logLevel: 'info', behaviour: 'run' });
  const [message] = await once(child, 'message');
  assert.deepEqual(message, { type: 'ready', port: 7 });
  return child;
}

async function exitOf(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, errors };
}

test('a process ends in good order when it is told to', async () => {
  const child = await started();
  child.kill('SIGTERM');
  const { code, errors } = await exitOf(child);
  assert.equal(code, 0);
  assert.match(errors, /released/);
});

test('a process ends when its parent is gone', async () => {
  const child = await started();
  // Not `close`: that never comes to a parent that has let go of the channel itself.
  const exit = once(child, 'exit');
  child.disconnect();
  assert.deepEqual(await exit, [0, null]);
});

test('settings that are missing or wrong are named, with the remedy, and the exit code is 3', async () => {
  const missing = await exitOf(start(undefined));
  assert.equal(missing.code, 3);
  assert.match(missing.errors, /SETTINGS_MISSING/);
  const wrong = await exitOf(start({ logLevel: 'info', behaviour: 'dance' }));
  assert.equal(wrong.code, 3);
  assert.match(wrong.errors, /behaviour/);
});

test('an integrity error at the start has an exit code of its own, and a bug is left to crash', async () => {
  assert.equal((await exitOf(start({ logLevel: 'info', behaviour: 'integrity' }))).code, 4);
  const bug = await exitOf(start({ logLevel: 'info', behaviour: 'bug' }));
  assert.equal(bug.code, 1);
  assert.match(bug.errors, /InvariantViolation/);
});
