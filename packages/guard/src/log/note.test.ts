import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrust } from '../testing/world.ts';
import {
  formatCheckpoint,
  openCheckpoint,
  openLogCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import {
  isLineBy,
  cosignNote,
  formatVerifierKey,
  parseVerifierKey,
  signNote,
  splitNote,
} from './note.ts';

const people = testTrust();
const { trust, logKey, witnessKey } = people;
const rootHash = Buffer.alloc(32, 7);
const head = { origin: trust.origin, size: 5, rootHash };
const byLog = signCheckpoint(head, logKey);
const cosign = (note: string, key = witnessKey) =>
  cosignNote(splitNote(note).text, { name: 'witness.test/acme', privateKey: key }, 1_772_442_000);
const published = `${byLog}${cosign(byLog)}\n`;

test("a note by Go's own implementation is accepted, and refused when changed", () => {
  const key = parseVerifierKey(
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'log',
  );
  const note =
    'If you think cryptography is the answer to your problem,\n' +
    "then you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  const { text, lines } = splitNote(note);
  assert.equal(isLineBy(text, lines[0]!, key), true);
  assert.throws(() => isLineBy(text.replace('think', 'thinK'), lines[0]!, key), {
    code: 'NOTE_SIGNATURE_INVALID',
  });
});

test("the verifier key of Go's checksum database is read and written the same", () => {
  const text = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
  const key = parseVerifierKey(text, 'log');
  assert.equal(formatVerifierKey(key), text);
});

test('a verifier key of the other role, with another id, or with a broken name is refused', () => {
  assert.throws(() => parseVerifierKey(trust.logVerifierKey, 'witness'), { class: 'input' });
  assert.throws(() => parseVerifierKey(trust.witnessVerifierKey, 'log'), { class: 'input' });
  const [name, , key] = trust.logVerifierKey.split('+');
  assert.throws(() => parseVerifierKey(`${name}+00000000+${key}`, 'log'), { class: 'input' });
  for (const wrong of ['', 'a b', 'a+b', 'a\nb', 'a\u00a0b']) {
    const { publicKey } = parseVerifierKey(trust.logVerifierKey, 'log');
    assert.throws(() => formatVerifierKey({ name: wrong, role: 'log', publicKey }), {
      class: 'input',
    });
  }
});

test('a published checkpoint opens with both keys', () => {
  assert.deepEqual(openCheckpoint(published, trust), head);
  assert.deepEqual(openLogCheckpoint(byLog, trust.logVerifierKey), head);
  assert.deepEqual(openLogCheckpoint(published, trust.logVerifierKey), head);
});

test('a checkpoint without the witness, without the log, or by anybody else does not open', () => {
  const [logLine, witnessLine] = splitNote(published).lines;
  const text = formatCheckpoint(head);
  const other = testTrust();
  const byOther = signCheckpoint(head, other.logKey);
  for (const note of [
    byLog,
    `${text}\n${witnessLine}\n`,
    `${text}\n${witnessLine}\n${logLine}\n`,
    `${text}\n${logLine}\n${logLine}\n`,
    `${published}${logLine}\n`,
    `${byLog}${cosign(byLog, other.witnessKey)}\n`,
    `${byOther}${cosign(byOther)}\n`,
    published.replace('\n5\n', '\n6\n'),
    published.trimEnd(),
    `${published}\n`,
    published.replace('\n\n', '\n'),
  ]) {
    assert.throws(() => openCheckpoint(note, trust), { name: /IntegrityError|InputError/ });
  }
  const foreign = signCheckpoint({ ...head, origin: 'another.test/log' }, logKey);
  assert.throws(() => openLogCheckpoint(foreign, trust.logVerifierKey), { class: 'integrity' });
});

test('no bit of a published checkpoint can change', () => {
  const bytes = Buffer.from(published);
  let refused = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => openCheckpoint(changed.toString(), trust), `bit ${bit}`);
    refused += 1;
  }
  assert.equal(refused, bytes.length * 8);
});

test('the text of a checkpoint has one form', () => {
  const text = formatCheckpoint(head);
  assert.deepEqual(parseCheckpoint(text), head);
  assert.equal(parseCheckpoint(text.replace('\n5\n', '\n0\n')).size, 0);
  for (const wrong of [
    text.replace('\n5\n', '\n05\n'),
    text.replace('\n5\n', '\n-5\n'),
    text.replace('\n5\n', '\n5.0\n'),
    text.replace('\n5\n', '\n9007199254740992\n'),
    text.replace('=\n', '\n'),
    `${text}extension\n`,
    text.slice(0, -1),
    `\n${text}`,
    '',
  ]) {
    assert.throws(() => parseCheckpoint(wrong), { class: 'input' }, wrong);
  }
});

test('a head of another origin does not open, though both keys signed it', () => {
  const text = formatCheckpoint({ ...head, origin: 'another.test/log' });
  const byBoth = `${text}\n${signNote(text, trust.origin, logKey)}\n`;
  assert.throws(() => openCheckpoint(`${byBoth}${cosign(byBoth)}\n`, trust), {
    code: 'CHECKPOINT_UNSIGNED',
  });
});

test('lines by unknown keys are passed over where only the log matters', () => {
  const { text, lines } = splitNote(byLog);
  const note = `${text}\n— someone.test/else ${Buffer.alloc(68, 1).toString('base64')}\n${lines[0]}\n`;
  assert.deepEqual(openLogCheckpoint(note, trust.logVerifierKey), head);
});
