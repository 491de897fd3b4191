import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError, PermissionError, UpstreamError } from '@counterfoil/core';
import { startTemporaryWorld, type Fault } from '@counterfoil/simulator';
import { testActionContract } from '@counterfoil/testkit';
import { createSlackClient, postMessagePerformer, postMessagePlanner } from '../src/index.ts';

async function subject() {
  const world = await startTemporaryWorld();
  const { channelId, access } = world.connections.slack;
  return {
    world,
    planner: postMessagePlanner({ channelId }),
    performer: postMessagePerformer(createSlackClient(access)),
    parameters: { channelId, title: 'GPU instances <forgotten> & dear', body: 'one\ntwo' },
    context: { account: '-', region: '-', scopeAccounts: [] },
    performing: {
      account: '-',
      region: '-',
      scopeAccounts: [],
      idempotencyKey: 'cf-0123456789abcdef',
      caseId: 'case_1',
    },
    outside: async () => (await world.inbox()).messages,
    effects: async () => (await world.inbox()).messages.length,
    close: () => world.close(),
  };
}

const postFault = (kind: Fault['kind']): Fault => ({
  service: 'slack',
  operation: 'chat.postMessage',
  kind,
  delayMs: 0,
  times: 1,
});

testActionContract('post message', subject);

test('the planner fills in the configured channel and refuses another', async () => {
  const post = await subject();
  try {
    const { channelId, title, body } = post.parameters;
    assert.deepEqual(post.planner.parse({ title, body }), { channelId, title, body });
    assert.throws(() => post.planner.parse({ channelId: 'C0OTHER', title, body }), {
      code: 'CHANNEL_NOT_CONFIGURED',
    });
    assert.throws(() => post.performer.parse({ title, body }), { code: 'FIELD_MISSING' });
  } finally {
    await post.close();
  }
});

test('nothing in the text is markup: what Slack would read as a mention or a link is shown as written', async () => {
  const post = await subject();
  try {
    const parameters = { ...post.parameters, body: '<!channel> <https://example.com|x> & *b*' };
    await post.performer.execute(parameters, post.performing);
    const [message] = (await post.world.inbox()).messages;
    assert.equal(message?.['text'], `${parameters.title}\n${parameters.body}`);
    const client = createSlackClient(post.world.connections.slack.access);
    const { messages } = await client.conversations.history({ channel: parameters.channelId });
    assert.match(messages?.[0]?.text ?? '', /&lt;!channel&gt; &lt;https/);
  } finally {
    await post.close();
  }
});

test('characters that people cannot see, and too long texts, are refused', async () => {
  const post = await subject();
  try {
    for (const body of ['a\u202eb', 'a\u200bb', 'x'.repeat(12_001), '', 7]) {
      assert.throws(() => post.planner.parse({ ...post.parameters, body }), InputError);
    }
    const longest = { ...post.parameters, title: 'x'.repeat(300), body: 'x'.repeat(12_000) };
    assert.deepEqual(post.planner.parse(longest), longest);
    const titled = { ...post.parameters, title: 'two\nlines' };
    assert.throws(() => post.planner.parse(titled), { code: 'TEXT_INVISIBLE' });
  } finally {
    await post.close();
  }
});

test('a lost answer is found again by its key, and only the message of that key', async () => {
  const post = await subject();
  try {
    const other = { ...post.performing, idempotencyKey: 'cf-other' };
    await post.performer.execute(post.parameters, other);
    await post.world.addFault(postFault('drop_after'));
    await assert.rejects(
      () => post.performer.execute(post.parameters, post.performing),
      UpstreamError,
    );
    const found = await post.performer.reconcile(post.parameters, post.performing);
    const [newest] = (await post.world.inbox()).messages;
    assert.equal(found.type === 'performed' && found.effect.reference, newest?.['ts']);
    assert.equal(await post.effects(), 2);
  } finally {
    await post.close();
  }
});

test('throttling and failure are told apart from refusal, and the client repeats nothing', async () => {
  const post = await subject();
  try {
    for (const [kind, code] of [
      ['throttle', 'THROTTLED'],
      ['error', 'UNAVAILABLE'],
      ['drop_before', 'UNAVAILABLE'],
    ] as const) {
      await post.world.addFault(postFault(kind));
      await assert.rejects(() => post.performer.execute(post.parameters, post.performing), {
        code,
        class: 'upstream',
      });
    }
    assert.equal(await post.effects(), 0);
    const unknown = { ...post.parameters, channelId: 'C0OTHER' };
    await assert.rejects(() => post.performer.execute(unknown, post.performing), InputError);
    const { apiUrl } = post.world.connections.slack.access;
    const stranger = postMessagePerformer(createSlackClient({ token: 'wrong', apiUrl }));
    await assert.rejects(() => stranger.execute(post.parameters, post.performing), PermissionError);
  } finally {
    await post.close();
  }
});

test('a message beyond the first page of the channel is found', async () => {
  const post = await subject();
  try {
    await post.performer.execute(post.parameters, post.performing);
    const client = createSlackClient(post.world.connections.slack.access);
    for (let index = 0; index < 205; index += 1) {
      await client.chat.postMessage({ channel: post.parameters.channelId, text: `m${index}` });
    }
    const found = await post.performer.reconcile(post.parameters, post.performing);
    assert.equal(found.type, 'performed');
  } finally {
    await post.close();
  }
});

test('a deleted message is not confirmed', async () => {
  const post = await subject();
  try {
    const effect = await post.performer.execute(post.parameters, post.performing);
    await post.world.reset();
    const seen = await post.performer.verify(post.parameters, effect, post.performing);
    assert.equal(seen.status, 'not_confirmed');
  } finally {
    await post.close();
  }
});
