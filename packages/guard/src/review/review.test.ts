import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindAction } from '../binding/bind.ts';
import { passkeyDevice, type Misbehaviour } from '../testing/passkey-device.ts';
import {
  reviewBy,
  reviewByPasskey,
  statementOf,
  testBinding,
  testTrust,
} from '../testing/world.ts';
import { baseRegistry } from '../trust/registry.ts';
import { checkReview, reviewMessage } from './review.ts';

const people = testTrust();
const registry = baseRegistry(people.trust);
const action = bindAction(testBinding());
const other = bindAction(testBinding({ nonce: 'nonce_2' }));
const check = (review: unknown) => checkReview(review, 1, registry);
const codeOf = (review: unknown) => {
  const outcome = check(review);
  return outcome.type === 'invalid' ? outcome.code : outcome.type;
};

test('the signed bytes begin with their own domain', () => {
  const message = reviewMessage(statementOf(action, people.ana)).toString();
  assert.ok(message.startsWith('counterfoil-review-v1\n{"comment":'));
});

test('a denial says why, or it does not count', () => {
  for (const comment of ['', ' \n']) {
    assert.equal(
      codeOf(reviewBy(people.ana, action, { verdict: 'deny', comment })),
      'COMMENT_REQUIRED',
    );
  }
  assert.equal(codeOf(reviewBy(people.ana, action, { verdict: 'deny', comment: 'no' })), 'valid');
  assert.equal(codeOf(reviewBy(people.ana, action, { comment: '' })), 'valid');
});

test('an Ed25519 review counts as a key, with the roles of the trust file', () => {
  const outcome = check(reviewBy(people.ana, action));
  assert.deepEqual(outcome.type === 'valid' && outcome.review, {
    personId: 'ana',
    verdict: 'approve',
    roles: ['finops', 'policy-approver'],
    assurance: 'key',
    comment: 'read and agreed',
    recordedAtMs: 1,
  });
});

test('a passkey review counts as a passkey', () => {
  const outcome = check(reviewByPasskey(people, action));
  assert.equal(outcome.type === 'valid' && outcome.review.assurance, 'passkey');
});

test('both keys of one person are that one person', () => {
  const first = check(reviewBy(people.ana, action));
  const second = check(reviewBy(people.anaToo, action));
  assert.equal(first.type === 'valid' && first.review.personId, 'ana');
  assert.equal(second.type === 'valid' && second.review.personId, 'ana');
});

test('every field of the statement is under the signature', () => {
  const review = reviewBy(people.ana, action);
  for (const change of [
    { digest: other.digest },
    { verdict: 'deny' },
    { comment: 'read and agreed ' },
    { reviewedAt: '2026-03-02T09:00:05.000Z' },
    { keyId: people.anaToo.keyId },
  ]) {
    const changed = { ...review, statement: { ...review.statement, ...change } };
    assert.equal(codeOf(changed), 'SIGNATURE_INVALID', JSON.stringify(change));
  }
});

test('a key speaks for its own person only', () => {
  const { ana, cleo } = people;
  assert.equal(codeOf(reviewBy({ ...ana, personId: 'cleo' }, action)), 'PERSON_MISMATCH');
  assert.equal(codeOf(reviewBy({ ...ana, keyId: cleo.keyId }, action)), 'PERSON_MISMATCH');
  const forged = reviewBy({ ...ana, keyId: cleo.keyId, personId: 'cleo' }, action);
  assert.equal(codeOf(forged), 'SIGNATURE_INVALID');
  assert.equal(codeOf(reviewBy({ ...ana, keyId: 'key_none' }, action)), 'KEY_UNKNOWN');
});

test('a malformed review is refused, never thrown', () => {
  const review = reviewBy(people.ana, action);
  assert.ok('signature' in review);
  for (const malformed of [
    null,
    undefined,
    'x',
    [],
    {},
    { ...review, extra: 1 },
    { ...review, type: 'chat' },
    { ...review, type: 'constructor' },
    { ...review, signature: `${review.signature}=` },
    { ...review, statement: { ...review.statement, v: 2 } },
    { ...review, statement: { ...review.statement, comment: 'e\u0301' } },
    { ...review, statement: { ...review.statement, roles: ['finops'] } },
  ]) {
    assert.equal(codeOf(malformed), 'REVIEW_MALFORMED', JSON.stringify(malformed));
  }
});

test('an empty or short signature is invalid, not an error', () => {
  const review = reviewBy(people.ana, action);
  for (const signature of ['', 'AAAA']) {
    assert.equal(codeOf({ ...review, signature }), 'SIGNATURE_INVALID');
  }
});

test('a passkey cannot be used as a plain key, nor a plain key as a passkey', () => {
  const { keyId } = people.ben.key;
  const plain = reviewBy({ ...people.ana, keyId, personId: 'ben' }, action);
  assert.equal(codeOf(plain), 'KEY_TYPE_MISMATCH');
  const statement = statementOf(action, people.ana);
  const assertion = { statement, ...people.ben.assert(reviewMessage(statement)) };
  assert.equal(codeOf(assertion), 'KEY_TYPE_MISMATCH');
});

for (const algorithm of [-7, -8, -257] as const) {
  test(`a passkey of COSE algorithm ${algorithm} is checked`, () => {
    const device = passkeyDevice(algorithm);
    const person = { personId: 'ben', displayName: 'Ben', roles: ['finops'] };
    const own = { keys: new Map([[device.key.keyId, { person, key: device.key }]]), ignored: [] };
    const statement = statementOf(action, { keyId: device.key.keyId, personId: 'ben' });
    const form = device.assert(reviewMessage(statement));
    assert.equal(checkReview({ statement, ...form }, 1, own).type, 'valid');
    const signature = `${form.signature.slice(0, -6)}AAAAAA`;
    const forged = checkReview({ statement, ...form, signature }, 1, own);
    assert.equal(forged.type === 'invalid' && forged.code, 'SIGNATURE_INVALID');
  });
}

const misbehaviours: readonly (readonly [string, Misbehaviour])[] = [
  ['PASSKEY_ORIGIN', { origin: 'http://localhost:8081' }],
  ['PASSKEY_ORIGIN', { origin: 'http://localhost:8080/' }],
  ['PASSKEY_ORIGIN', { crossOrigin: true }],
  ['PASSKEY_ORIGIN', { topOrigin: 'https://evil.example' }],
  ['PASSKEY_RELYING_PARTY', { rpId: 'evil.example' }],
  ['PASSKEY_USER_NOT_VERIFIED', { flags: 0x01 }],
  ['PASSKEY_USER_NOT_VERIFIED', { flags: 0x04 }],
  ['PASSKEY_CEREMONY', { type: 'webauthn.create' }],
  ['PASSKEY_CHALLENGE', { challenge: 'AAAA' }],
  ['PASSKEY_MALFORMED', { flags: 0x45 }],
  ['PASSKEY_MALFORMED', { extra: Buffer.from('00', 'hex') }],
];
for (const [code, wrong] of misbehaviours) {
  test(`an assertion with ${JSON.stringify(wrong)} is refused as ${code}`, () => {
    const statement = statementOf(action, { keyId: people.ben.key.keyId, personId: 'ben' });
    const form = people.ben.assert(reviewMessage(statement), wrong);
    assert.equal(codeOf({ statement, ...form }), code);
  });
}

test('backup flags and announced extensions do not disturb', () => {
  const statement = statementOf(action, { keyId: people.ben.key.keyId, personId: 'ben' });
  const extra = Buffer.from('a0', 'hex');
  const form = people.ben.assert(reviewMessage(statement), { flags: 0x05 | 0x18 | 0x80, extra });
  assert.equal(codeOf({ statement, ...form }), 'valid');
});

test('an assertion over one action does not serve another, nor another verdict', () => {
  const review = reviewByPasskey(people, action);
  for (const change of [{ digest: other.digest }, { verdict: 'deny' as const }]) {
    const replayed = { ...review, statement: { ...review.statement, ...change } };
    assert.equal(codeOf(replayed), 'PASSKEY_CHALLENGE');
  }
});

test('the same passkey statement signed by another device is refused', () => {
  const statement = statementOf(action, { keyId: people.ben.key.keyId, personId: 'ben' });
  const form = passkeyDevice().assert(reviewMessage(statement));
  assert.equal(codeOf({ statement, ...form }), 'SIGNATURE_INVALID');
});

test('client data with a duplicate member or broken encoding is refused', () => {
  const statement = statementOf(action, { keyId: people.ben.key.keyId, personId: 'ben' });
  const form = people.ben.assert(reviewMessage(statement));
  const data = Buffer.from(form.clientDataJson, 'base64url').toString();
  for (const bytes of [
    Buffer.from(data.replace('{', '{"origin":"https://evil.example",')),
    Buffer.concat([
      Buffer.from(data.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]),
    Buffer.from('null'),
  ]) {
    const clientDataJson = bytes.toString('base64url');
    assert.notEqual(codeOf({ statement, ...form, clientDataJson }), 'valid');
  }
});
