import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { ApproverKey } from '@counterfoil/core';
import { generatePersonKeys, privateKeyOfSeed, signEnrolment } from '@counterfoil/guard';
import { startFixtureServer, type FixtureServer } from '../../test/fixture/fixture-server.ts';
import { openApiClient } from '../../test/support/api-client.ts';
import { fixtureOfFile } from '../../test/support/fixture-of-file.ts';

const fixture = fixtureOfFile();

type Person = 'alex.novak' | 'jo.park';

function enrolment(
  key: ApproverKey,
  change: { person?: Person; signedBy?: Person; on?: FixtureServer } = {},
) {
  const { person = 'alex.novak', signedBy = person, on = fixture.server } = change;
  const link = on.trust.trust.enrolmentKeys.find(({ personId }) => personId === person);
  assert.ok(link);
  const statement = {
    v: 1,
    enrolmentKeyId: link.keyId,
    personId: person,
    key,
    enrolledAt: new Date().toISOString(),
    nonce: 'n',
  } as const;
  return signEnrolment(statement, privateKeyOfSeed(on.trust.seeds[signedBy]));
}

function browserKey(): ApproverKey {
  const { keyId, publicKeySpki } = generatePersonKeys();
  return { keyId, type: 'ed25519', publicKeySpki };
}

function passkey(origin: string): ApproverKey {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeySpki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const { hostname } = new URL(origin);
  return {
    keyId: 'key_passkey',
    type: 'passkey',
    publicKeySpki,
    passkey: { credentialId: 'Y3JlZA', rpId: hostname, origin, algorithm: -7 },
  };
}

const post = (signed: unknown, registration: unknown = null, by = fixture.client) =>
  by.post('/api/enrolments', { enrolment: signed, registration });

test('a key enrolled by the link of its person is known from then on', async () => {
  const key = browserKey();
  const answer = await post(enrolment(key));
  assert.equal(answer.status, 200);
  const { body } = await fixture.client.get('/api/session');
  const { people } = body as {
    people: readonly { personId: string; keys: readonly { keyId: string }[] }[];
  };
  const alex = people.find(({ personId }) => personId === 'alex.novak');
  assert.ok(alex?.keys.some(({ keyId }) => keyId === key.keyId));
});

test('the link of one person enrols nobody else', async () => {
  const answer = await post(enrolment(browserKey(), { person: 'alex.novak', signedBy: 'jo.park' }));
  assert.deepEqual([answer.status, answer.code], [403, 'SIGNATURE_INVALID']);
});

test('a key is not enrolled twice', async () => {
  const key = browserKey();
  await post(enrolment(key));
  const answer = await post(enrolment(key, { person: 'jo.park' }));
  assert.deepEqual([answer.status, answer.code], [403, 'KEY_TAKEN']);
});

test('a passkey needs a registration on this very site', async () => {
  const missing = await post(enrolment(passkey(fixture.server.url)));
  assert.deepEqual([missing.status, missing.code], [403, 'REGISTRATION_MISSING']);
  await fixture.client.post('/api/enrolments/options', { personId: 'alex.novak' });
  const elsewhere = await post(enrolment(passkey('https://evil.example')), { id: 'x' });
  assert.deepEqual([elsewhere.status, elsewhere.code], [403, 'PASSKEY_ORIGIN']);
  await fixture.client.post('/api/enrolments/options', { personId: 'alex.novak' });
  const rubbish = await post(enrolment(passkey(fixture.server.url)), {
    id: 'x',
    type: 'public-key',
  });
  assert.deepEqual([rubbish.status, rubbish.code], [403, 'REGISTRATION_INVALID']);
});

test('a challenge is good for one registration', async () => {
  await fixture.client.post('/api/enrolments/options', { personId: 'alex.novak' });
  await post(enrolment(passkey(fixture.server.url)), { id: 'x' });
  const again = await post(enrolment(passkey(fixture.server.url)), { id: 'x' });
  assert.equal(again.code, 'REGISTRATION_MISSING');
});

test('options are given only for people of the trust file', async () => {
  const answer = await fixture.client.post('/api/enrolments/options', { personId: 'mallory' });
  assert.deepEqual([answer.status, answer.code], [404, 'PERSON_UNKNOWN']);
});

test('outside the demonstration a key held by a browser is refused', async () => {
  const live = await startFixtureServer({ mode: 'live' });
  try {
    const by = await openApiClient(live.port);
    const answer = await post(enrolment(browserKey(), { on: live }), null, by);
    assert.deepEqual([answer.status, answer.code], [403, 'BROWSER_KEY_REFUSED']);
    assert.deepEqual(await live.store.enrolments.list(), []);
  } finally {
    await live.stop();
  }
});
