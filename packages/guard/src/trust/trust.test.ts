import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { at, testTrust } from '../testing/world.ts';
import { formatVerifierKey, parseVerifierKey } from '../log/note.ts';
import { passkeyDevice } from '../testing/passkey-device.ts';
import { checkEnrolment, signEnrolment, type EnrolmentStatement } from './enrolment.ts';
import {
  generatePersonKeys,
  keyIdOf,
  privateKeyOfSeed,
  publicKeySpkiOf,
  readPrivateKey,
  seedOf,
} from './keys.ts';
import { buildRegistry } from './registry.ts';
import { parseTrust, type Trust } from './trust.ts';

const people = testTrust();
const { trust } = people;

function statement(change: Partial<EnrolmentStatement> = {}): EnrolmentStatement {
  return {
    v: 1,
    enrolmentKeyId: people.link.keyId,
    personId: 'eva',
    key: passkeyDevice().key,
    enrolledAt: at(10),
    nonce: 'nonce',
    ...change,
  };
}
const enrol = (change: Partial<EnrolmentStatement> = {}) =>
  signEnrolment(statement(change), people.link.privateKey);
const codeOf = (enrolment: unknown, atMs?: number) => {
  const outcome = checkEnrolment(enrolment, trust, atMs);
  return outcome.type === 'invalid' ? outcome.code : outcome.type;
};

test('a trust file is read back as it was written', () => {
  assert.deepEqual(parseTrust(JSON.stringify(trust, null, 2)), trust);
});

test('a trust file that two readers could read differently, or that contradicts itself, is refused', () => {
  const [ana, ben, ...others] = trust.approvers;
  const [link] = trust.enrolmentKeys;
  assert.ok(ana && ben && link);
  const wrong: readonly Partial<Trust>[] = [
    { origin: 'another.test/log' },
    { witnessVerifierKey: trust.logVerifierKey },
    { logVerifierKey: `${trust.logVerifierKey.slice(0, -2)}A=` },
    { approvers: [ana, ana, ben] },
    { approvers: [ana, { ...ben, keys: ana.keys }, ...others] },
    { approvers: [ana, { ...ben, keys: [{ ...ana.keys[0]!, keyId: 'another' }] }] },
    { approvers: [{ ...ana, keys: [{ keyId: 'k', type: 'ed25519', publicKeySpki: 'AAAA' }] }] },
    { enrolmentKeys: [{ ...link, personId: 'ana', roles: ['kill-lifter'] }] },
    { enrolmentKeys: [{ ...link, expiresAt: 'never' }] },
  ];
  for (const change of wrong) {
    assert.throws(() => parseTrust(JSON.stringify({ ...trust, ...change })), { class: 'input' });
  }
  const text = JSON.stringify(trust);
  assert.throws(() => parseTrust(text.replace('{', '{"tenant":"acme",')), { code: 'JSON_REFUSED' });
  assert.throws(() => parseTrust(text.replace('{', '{"extra":1,')), { code: 'SHAPE_INVALID' });
});

const recorded = (...enrolments: readonly unknown[]) =>
  enrolments.map((enrolment) => ({ enrolment, recordedAtMs: Date.parse(at(1)) }));

test('an enrolment that was recorded after the link had expired adds nothing, whatever it claims', () => {
  const enrolment = enrol();
  const recordedAtMs = Date.parse(at(600));
  const late = buildRegistry(trust, [{ enrolment, recordedAtMs }]);
  assert.equal(late.keys.has(enrolment.statement.key.keyId), false);
  assert.equal(late.ignored[0]?.code, 'ENROLMENT_EXPIRED');
  const intime = buildRegistry(trust, [{ enrolment, recordedAtMs: recordedAtMs - 1 }]);
  assert.equal(intime.keys.has(enrolment.statement.key.keyId), true);
});

test('an enrolment adds a key with the roles of the trust file', () => {
  const enrolment = enrol();
  const registry = buildRegistry(trust, recorded(enrolment));
  const added = registry.keys.get(enrolment.statement.key.keyId);
  assert.deepEqual(added?.person, { personId: 'eva', displayName: 'Eva', roles: ['finops'] });
  assert.deepEqual(registry.ignored, []);
});

test('an enrolment is refused for another person, another link, too late, or a changed key', () => {
  const signed = enrol();
  assert.equal(codeOf(signed), 'valid');
  assert.equal(codeOf(enrol({ personId: 'ana' })), 'PERSON_MISMATCH');
  assert.equal(codeOf(enrol({ enrolmentKeyId: 'key_none' })), 'ENROLMENT_KEY_UNKNOWN');
  assert.equal(codeOf(enrol({ enrolmentKeyId: people.ana.keyId })), 'ENROLMENT_KEY_UNKNOWN');
  const changed = { ...signed, statement: { ...signed.statement, key: passkeyDevice().key } };
  assert.equal(codeOf(changed), 'SIGNATURE_INVALID');
  assert.equal(codeOf(signEnrolment(statement(), people.ana.privateKey)), 'SIGNATURE_INVALID');
  const withRoles = { ...signed, statement: { ...signed.statement, roles: ['kill-lifter'] } };
  assert.equal(codeOf(withRoles), 'ENROLMENT_MALFORMED');
  const { keyId, publicKeySpki } = passkeyDevice().key;
  assert.equal(codeOf(enrol({ key: { keyId, type: 'ed25519', publicKeySpki } })), 'KEY_UNSUITABLE');
});

test('a link ends at its time, by what is claimed and by what was recorded', () => {
  assert.equal(codeOf(enrol({ enrolledAt: at(599.999) })), 'valid');
  assert.equal(codeOf(enrol({ enrolledAt: at(600) })), 'ENROLMENT_EXPIRED');
  assert.equal(codeOf(enrol(), Date.parse(at(599.999))), 'valid');
  assert.equal(codeOf(enrol(), Date.parse(at(600))), 'ENROLMENT_EXPIRED');
});

test('whoever the trust file no longer names as an approver may sign nothing more, though the link stays for old packs', () => {
  const approvers = trust.approvers.filter(({ personId }) => personId !== 'eva');
  const removed = parseTrust(JSON.stringify({ ...trust, approvers }));
  const enrolment = enrol();
  const { keyId } = enrolment.statement.key;
  assert.equal(buildRegistry(trust, recorded(enrolment)).keys.has(keyId), true);
  const registry = buildRegistry(removed, recorded(enrolment));
  assert.equal(registry.keys.has(keyId), false);
  assert.equal(registry.ignored[0]?.code, 'ENROLMENT_KEY_UNKNOWN');
});

test('a key is never moved, replaced or registered twice', () => {
  const first = enrol();
  const [anaKey] = trust.approvers[0]!.keys;
  const enrolments = [first, first, enrol({ key: anaKey! }), { hostile: true }];
  const registry = buildRegistry(trust, recorded(...enrolments));
  assert.deepEqual(
    registry.ignored.map(({ index, code }) => [index, code]),
    [
      [1, 'KEY_TAKEN'],
      [2, 'KEY_TAKEN'],
      [3, 'ENROLMENT_MALFORMED'],
    ],
  );
  assert.equal(registry.keys.get(people.ana.keyId)?.person.personId, 'ana');
});

test("a public key that is registered does not become another person's under a new id", () => {
  const { keyId: _, ...anaKey } = trust.approvers[0]!.keys[0]!;
  const registry = buildRegistry(trust, recorded(enrol({ key: { ...anaKey, keyId: 'key_new' } })));
  assert.equal(registry.ignored[0]?.code, 'KEY_TAKEN');
  assert.equal(registry.keys.has('key_new'), false);
});

test('log and witness may not share one key', () => {
  const { publicKey } = parseVerifierKey(trust.logVerifierKey, 'log');
  const witnessVerifierKey = formatVerifierKey({ name: 'w', role: 'witness', publicKey });
  assert.throws(() => parseTrust(JSON.stringify({ ...trust, witnessVerifierKey })), {
    code: 'TRUST_INVALID',
  });
});

test('a private key survives the way through a link, and its id follows from its public half', () => {
  const { privateKeyPem, publicKeySpki, keyId } = generatePersonKeys();
  const privateKey = privateKeyOfSeed(seedOf(readPrivateKey(privateKeyPem)));
  assert.equal(publicKeySpkiOf(privateKey), publicKeySpki);
  assert.equal(keyIdOf(publicKeySpki), keyId);
  assert.deepEqual(privateKey, createPrivateKey(privateKeyPem));
});

test('anything but an Ed25519 private key is refused', () => {
  for (const pem of ['', 'x', people.trust.logVerifierKey]) {
    assert.throws(() => readPrivateKey(pem), { code: 'KEY_UNREADABLE' });
  }
  assert.throws(() => privateKeyOfSeed('AAAA'), { code: 'KEY_UNREADABLE' });
});
