import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import type { CommitResult, Digest, JobDraft } from '@counterfoil/core';
import { entryWriter, signKillLift } from '@counterfoil/guard';
import { createTestDatabase, openStore, type Store, type TestDatabase } from '@counterfoil/store';
import { fixtureCases, type FixtureCase } from '../test/fixture/cases.ts';
import { freePort } from '../test/fixture/fixture-server.ts';
import { fixtureTrust, type FixtureTrust } from '../test/fixture/fixture-trust.ts';
import { openApiClient, type ApiClient } from '../test/support/api-client.ts';
import { newTestId } from '../test/support/new-test-id.ts';
import { rawRequest } from '../test/support/raw-request.ts';
import { signedReview } from '../test/support/signed.ts';
import { guardDoor, startServer, type RunningServer } from './index.ts';

let database: TestDatabase;
let store: Store;
let server: RunningServer;
let client: ApiClient;
let trust: FixtureTrust;
let digests: readonly Digest[];

const clock = { nowMs: () => Date.now() };

before(async () => {
  database = await createTestDatabase();
  digests = await recordCase(fixtureCases(Date.now())[2]);
  trust = fixtureTrust(Date.now());
  store = await open('cf_server');
  const port = await freePort();
  server = await startServer({
    settings: {
      tenant: 'demo',
      logLevel: 'silent',
      databaseUrl: database.urls.cf_server,
      host: '127.0.0.1',
      port,
      publicUrl: `http://localhost:${port}`,
      trustFile: 'unused',
      logDirectory: 'unused',
      consoleDirectory: 'none',
    },
    store,
    door: guardDoor({ trust: trust.trust, store, clock }),
    clock,
    newId: newTestId,
    logger: pino({ level: 'silent' }),
  });
  client = await openApiClient(port);
});

after(async () => {
  await server.stop();
  await store.close();
  await database.close();
});

function open(role: keyof TestDatabase['urls']): Promise<Store> {
  const writeEntry = entryWriter(() => randomBytes(32));
  return openStore({ databaseUrl: database.urls[role], clock, newId: newTestId, writeEntry });
}

/** Writes a case as the processes do: the lake its signal, the agent up to the proposal, the executor the rest, the log its index. */
async function recordCase(fixture: FixtureCase | undefined): Promise<readonly Digest[]> {
  assert.ok(fixture);
  const { state, journal } = fixture;
  const [lake, agent, executor, log] = await Promise.all(
    (['cf_lake', 'cf_agent', 'cf_executor', 'cf_log'] as const).map(open),
  );
  assert.ok(lake && agent && executor && log);
  await lake.signals.write([state.signal]);
  const jobs: readonly JobDraft[] = [];
  for (const { event, sequence } of journal) {
    const by: Store = ['policy_decided', 'approval_requested'].includes(event.type)
      ? executor
      : agent;
    const step = { caseId: state.caseId, versionExpected: sequence - 1, jobs };
    const result: CommitResult = await by.cases.commit({ ...step, events: [event] });
    assert.equal(result.type, 'committed', event.type);
  }
  const assigned = await log.log.assign(1000, () => true);
  const checkpoint = { size: assigned.length, rootHash: 'root', checkpointText: 'checkpoint' };
  await log.log.publish(checkpoint);
  await Promise.all([lake, agent, executor, log].map((each) => each.close()));
  return state.actions.map(({ action }) => action.digest);
}

const digestAt = (index: number): Digest => {
  const digest = digests[index];
  assert.ok(digest);
  return digest;
};

test('the database role of the server reads cases, requests and the log', async () => {
  const cases = await client.get('/api/cases');
  assert.equal(cases.status, 200);
  const approvals = await client.get('/api/approvals');
  assert.equal((approvals.body as { items: unknown[] }).items.length, 3);
  const detail = await client.get(`/api/approvals/${digestAt(2).slice(7, 19)}`);
  assert.equal((detail.body as { digest: string }).digest, digestAt(2));
  const log = await client.get('/api/log?limit=5');
  assert.equal((log.body as { entries: unknown[] }).entries.length, 5);
  for (const path of ['/api/dismissed', '/api/ingests', '/api/kill', '/api/session']) {
    assert.equal((await client.get(path)).status, 200, path);
  }
});

test('a signed review is recorded with a leaf, a forged one leaves a refusal in the log', async () => {
  const digest = digestAt(0);
  const review = signedReview({ trust }, digest);
  const forged = { ...review, statement: { ...review.statement, comment: 'changed' } };
  const refused = await client.post(`/api/approvals/${digest}/reviews`, forged);
  assert.deepEqual([refused.status, refused.code], [403, 'SIGNATURE_INVALID']);
  assert.deepEqual(await store.reviews.read(digest), []);
  const accepted = await client.post(`/api/approvals/${digest}/reviews`, review);
  assert.equal(accepted.status, 200);
  const [recorded] = await store.reviews.read(digest);
  assert.equal(recorded?.leafId, (accepted.body as { leafId: string }).leafId);
  const log = await open('cf_log');
  await log.log.assign(1000, () => true);
  await log.close();
  const entries = await store.log.entries({ fromIndex: 0, limit: 1000, order: 'ascending' });
  const kinds = entries.map(({ entryText }) => (JSON.parse(entryText) as { kind: string }).kind);
  assert.deepEqual(
    kinds.filter((kind) => kind.startsWith('review_')),
    ['review_refused', 'review_submitted'],
  );
});

test('two reviews at the same moment are both taken, each once', async () => {
  const digest = digestAt(1);
  const review = signedReview({ trust }, digest);
  const answers = await Promise.all(
    [1, 2, 3].map(() => client.post(`/api/approvals/${digest}/reviews`, review)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal((await store.reviews.read(digest)).length, 1);
});

test('the kill switch is engaged without a key, lifted with one, and not by a forged lift', async () => {
  const engaged = await client.post('/api/kill', { reason: 'a test' });
  assert.equal((engaged.body as { status: string }).status, 'engaged');
  const [kill] = await store.kills.read();
  const killId = kill?.kill.killId ?? '';
  const { keyId, privateKey } = trust.maria;
  const statement = {
    v: 1,
    killId,
    personId: 'maria.silva',
    keyId,
    liftedAt: new Date().toISOString(),
    comment: 'over',
  } as const;
  const lift = signKillLift(statement, privateKey);
  const forged = { ...lift, statement: { ...statement, comment: 'changed' } };
  const refused = await client.post(`/api/kill/${killId}/lift`, forged);
  assert.deepEqual([refused.status, refused.code], [403, 'SIGNATURE_INVALID']);
  const lifted = await client.post(`/api/kill/${killId}/lift`, lift);
  assert.equal((lifted.body as { status: string }).status, 'off');
});

test('a change of the database reaches an open event stream', async () => {
  const abort = new AbortController();
  const url = `http://127.0.0.1:${server.port}/api/events`;
  const { body } = await fetch(url, { signal: abort.signal });
  assert.ok(body);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const readUntil = async (part: string) => {
    while (!text.includes(part)) text += (await reader.read()).value ?? '';
  };
  await readUntil('event: ready');
  await client.post('/api/kill', { reason: 'for the stream' });
  await readUntil('"channel":"kill"');
  abort.abort();
});

test('where no console was built, the page says how to get one', async () => {
  const answer = await fetch(`http://127.0.0.1:${server.port}/`, { redirect: 'manual' });
  assert.equal(answer.status, 307);
  const page = await rawRequest({ port: server.port, path: '/' });
  assert.equal(page.status, 503);
  assert.match(page.text, /CONSOLE_NOT_BUILT/);
});
