import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { at, MemoryLog, testTrust } from '../testing/world.ts';
import { openPayload, parseEntry, writeEntry } from './entry.ts';
import { proveEntry } from './prove-entry.ts';

const salt = Buffer.alloc(16, 9);
const draft = { kind: 'case_closed', caseId: 'case_1', facts: { reason: 'done' } } as const;

test('a leaf commits to its payload under its salt', () => {
  const written = writeEntry({ ...draft, payload: { b: 1, a: 'é' } }, at(0), 'cf_agent', salt);
  assert.equal(written.payloadText, '{"a":"é","b":1}');
  assert.equal(written.salt, salt.toString('base64url'));
  const hash = createHash('sha256').update(salt).update('{"a":"é","b":1}').digest('hex');
  assert.equal(written.entry.payloadSha256, `sha256:${hash}`);
  assert.deepEqual(parseEntry(written.entryText), written.entry);
  assert.deepEqual(openPayload(written.entry, written), {
    status: 'present',
    value: { a: 'é', b: 1 },
  });
});

test('a payload that is erased, changed, resalted or halved is told apart', () => {
  const written = writeEntry({ ...draft, payload: { a: 1 } }, at(0), 'cf_agent', salt);
  const { entry } = written;
  assert.deepEqual(openPayload(entry, { salt: null, payloadText: null }), { status: 'erased' });
  const mismatch = { code: 'PAYLOAD_MISMATCH' };
  assert.throws(() => openPayload(entry, { ...written, payloadText: '{"a":2}' }), mismatch);
  assert.throws(() => openPayload(entry, { ...written, salt: 'AAAA' }), mismatch);
  assert.throws(() => openPayload(entry, { ...written, salt: null }), mismatch);
  assert.throws(() => openPayload(entry, { ...written, payloadText: null }), mismatch);
  const bare = writeEntry(draft, at(0), 'cf_agent', salt);
  assert.equal(bare.salt, null);
  assert.deepEqual(openPayload(bare.entry, bare), { status: 'none' });
  assert.throws(() => openPayload(bare.entry, written), mismatch);
});

test('foreign text is kept, and only what no byte stream carries is replaced', () => {
  const payload = { tag: 'e\u0301\u0000\u202e', broken: '\ud800' };
  const { payloadText } = writeEntry({ ...draft, payload }, at(0), 'cf_agent', salt);
  assert.equal(payloadText, '{"broken":"\ufffd","tag":"e\u0301\\u0000\u202e"}');
});

test('a short salt, an oversized entry and an oversized payload are refused', () => {
  const write = (change: object, given = salt) =>
    writeEntry({ ...draft, ...change }, at(0), 'cf_agent', given);
  assert.throws(() => write({}, Buffer.alloc(15)), { code: 'SALT_SHORT' });
  assert.throws(() => write({ facts: { reason: 'x'.repeat(65_535) } }), {
    code: 'LOG_ENTRY_BYTES',
  });
  const exact = 1024 * 1024 - '{"a":""}'.length;
  assert.ok(write({ payload: { a: 'x'.repeat(exact) } }));
  assert.throws(() => write({ payload: { a: 'x'.repeat(exact + 1) } }), {
    code: 'LOG_ENTRY_BYTES',
  });
});

test('an entry has exactly its fields, in canonical form', () => {
  const { entryText } = writeEntry(draft, at(0), 'cf_agent', salt);
  for (const wrong of [
    entryText.replace('{', '{ '),
    entryText.replace('"v":1', '"v":2'),
    entryText.replace('case_closed', 'case_opening'),
    entryText.replace('"v":1', '"v":1,"x":1'),
    entryText.replace('{"reason":"done"}', '{"reason":{}}'),
  ]) {
    assert.throws(() => parseEntry(wrong), { class: 'input' }, wrong);
  }
});

test('an entry is proven under the published checkpoint, and no other text or place is', async () => {
  const people = testTrust();
  const log = new MemoryLog(people);
  for (let index = 0; index < 300; index += 1) log.append({ ...draft, facts: { index } });
  const prove = (entryText: string, index: number) =>
    proveEntry({ source: log, trust: people.trust, entryText, index });
  const text = (index: number): string => log.entries[index]!.entryText;
  await assert.rejects(prove(text(0), 0), { code: 'LOG_BEHIND', class: 'upstream' });
  await log.publish();
  assert.deepEqual(await prove(text(256), 256), { index: 256, size: 300 });
  assert.deepEqual(await prove(text(299), 299), { index: 299, size: 300 });
  await assert.rejects(prove(text(299), 300), { code: 'LOG_BEHIND' });
  await assert.rejects(prove(text(256), 255), { code: 'LOG_NOT_INCLUDED', class: 'integrity' });
  await assert.rejects(prove(text(1).replace('1', '2'), 1), { code: 'LOG_NOT_INCLUDED' });
  const proof = await log.inclusion(5, 300);
  const changed = [Buffer.from(proof[0]!), ...proof.slice(1)];
  changed[0]![20]! ^= 1;
  for (const wrong of [changed, proof.slice(1), [...proof, proof[0]!]]) {
    const source = {
      checkpoint: () => log.checkpoint(),
      inclusion: () => Promise.resolve(wrong),
    };
    const claim = { source, trust: people.trust, entryText: text(5), index: 5 };
    await assert.rejects(proveEntry(claim), { code: 'LOG_NOT_INCLUDED' });
  }
});

test('a checkpoint without the witness proves nothing', async () => {
  const people = testTrust();
  const log = new MemoryLog(people);
  log.append(draft);
  await log.publish({ witnessKey: testTrust().witnessKey });
  const { entryText } = log.entries[0]!;
  await assert.rejects(proveEntry({ source: log, trust: people.trust, entryText, index: 0 }), {
    class: 'integrity',
  });
});
