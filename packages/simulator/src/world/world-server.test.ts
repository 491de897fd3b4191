import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { test, type TestContext } from 'node:test';
import { DEMO_LAST_DAY, generateOrganisation } from '../organisation/index.ts';
import { DEMO_ACCESS } from './access.ts';
import { startTemporaryWorld, type TemporaryWorld } from './temporary-world.ts';
import { createDemoWorld } from './world-server.ts';

async function open(t: TestContext): Promise<TemporaryWorld> {
  const world = await startTemporaryWorld();
  t.after(() => world.close());
  return world;
}

const { slack } = DEMO_ACCESS;

async function post(world: TemporaryWorld, text: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${world.url}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.token}` },
    body: new URLSearchParams({ channel: slack.channelId, text }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

test('what was answered survives a restart, and a reset forgets it', async () => {
  const world = await startTemporaryWorld();
  const first = await post(world, 'one');
  const again = await world.restart();
  try {
    const { messages } = await again.inbox();
    assert.deepEqual(
      messages.map(({ ts, text }) => ({ ts, text })),
      [{ ts: first['ts'], text: 'one' }],
    );
    await again.reset();
    assert.deepEqual((await again.inbox()).messages, []);
  } finally {
    await again.close();
  }
});

test('timestamps of messages never repeat and always rise', async (t) => {
  const world = await startTemporaryWorld({ nowMs: () => 1_790_000_000_000 });
  t.after(() => world.close());
  const stamps = [];
  for (let index = 0; index < 3; index += 1) stamps.push((await post(world, 'same'))['ts']);
  assert.deepEqual(stamps, ['1790000000.000000', '1790000000.000001', '1790000000.000002']);
});

test('the admin routes need their token, and a malformed fault is refused by its field', async (t) => {
  const world = await open(t);
  const bare = await fetch(`${world.url}/admin/reset`, { method: 'POST' });
  assert.equal(bare.status, 403);
  const headers = { 'x-world-token': DEMO_ACCESS.adminToken };
  const fault = { service: 'slack', operation: '*', kind: 'explode', delayMs: 0, times: 1 };
  const refused = await fetch(`${world.url}/admin/faults`, {
    method: 'POST',
    headers,
    body: JSON.stringify(fault),
  });
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /kind/);
});

test('a fault happens as often as asked, for its operation only', async (t) => {
  const world = await open(t);
  await world.addFault({
    service: 'slack',
    operation: 'chat.postMessage',
    kind: 'error',
    delayMs: 0,
    times: 2,
  });
  const answers = [];
  for (let index = 0; index < 3; index += 1) answers.push((await post(world, 'x'))['ok']);
  assert.deepEqual(answers, [false, false, true]);
  assert.equal((await world.inbox()).messages.length, 1);
});

test('a delay before the effect and a delay after it differ in what is there meanwhile', async (t) => {
  const world = await open(t);
  for (const [kind, meanwhile] of [
    ['delay_before', 0],
    ['delay_after', 1],
  ] as const) {
    await world.reset();
    const fault = { service: 'slack', operation: '*', kind, delayMs: 400, times: 1 } as const;
    await world.addFault(fault);
    const posting = post(world, 'slow');
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal((await world.inbox()).messages.length, meanwhile, kind);
    await posting;
    assert.equal((await world.inbox()).messages.length, 1);
  }
});

test('another host name, another path and a body beyond the limit are refused', async (t) => {
  const world = await open(t);
  const { port } = new URL(world.url);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'attacker.example' };
    request({ host: '127.0.0.1', port, path: '/inbox', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once('error', reject)
      .end();
  });
  assert.equal(status, 421);
  assert.equal((await fetch(`${world.url}/elsewhere`)).status, 404);
  const big = await fetch(`${world.url}/aws`, { method: 'POST', body: 'x'.repeat((1 << 20) + 1) });
  assert.equal(big.status, 400);
});

test('a state file of another seed, or a broken one, is refused rather than overwritten', async (t) => {
  const world = await open(t);
  await post(world, 'one');
  const organisation = generateOrganisation({ seed: 2, lastDay: DEMO_LAST_DAY });
  const { stateFile } = world;
  assert.throws(() => createDemoWorld({ organisation, stateFile }), {
    code: 'WORLD_STATE_INVALID',
  });
  await writeFile(`${stateFile}.broken`, '{"v":1,');
  assert.throws(
    () => createDemoWorld({ organisation: world.organisation, stateFile: `${stateFile}.broken` }),
    { code: 'WORLD_STATE_INVALID' },
  );
});
