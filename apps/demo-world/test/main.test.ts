import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWorldClient, DEMO_ACCESS } from '@counterfoil/simulator';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(settings: object): Promise<Started> {
  const child = fork(MAIN, {
    env: { ...process.env, COUNTERFOIL_SETTINGS: JSON.stringify(settings) },
  });
  const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
  assert.equal(message.type, 'ready');
  return { child, url: `http://127.0.0.1:${message.port}` };
}

const post = (url: string, text: string) =>
  fetch(`${url}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${DEMO_ACCESS.slack.token}` },
    body: new URLSearchParams({ channel: DEMO_ACCESS.slack.channelId, text }),
  });

test('each answered effect survives being killed at once, and the process ends when asked to', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'demo-world-'));
  const settings = {
    logLevel: 'silent',
    host: '127.0.0.1',
    port: 0,
    seed: 1,
    stateFile: join(directory, 'world.json'),
  };
  try {
    for (let round = 1; round <= 3; round += 1) {
      const { child, url } = await start(settings);
      const answered = await post(url, `round ${round}`);
      assert.equal(answered.status, 200);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const { child, url } = await start(settings);
    const { messages } = await createWorldClient(url).inbox();
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['round 3', 'round 2', 'round 1'],
    );
    child.kill('SIGTERM');
    const [exitCode] = (await once(child, 'exit')) as [number];
    assert.equal(exitCode, 0);
    const orphan = await start(settings);
    orphan.child.disconnect();
    const [orphanExit] = (await once(orphan.child, 'exit')) as [number];
    assert.equal(orphanExit, 0);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('settings that are missing end the process with a message', async () => {
  const child = fork(MAIN, {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [exitCode] = (await once(child, 'exit')) as [number];
  assert.notEqual(exitCode, 0);
  assert.match(errors, /COUNTERFOIL_SETTINGS is not set/);
});
