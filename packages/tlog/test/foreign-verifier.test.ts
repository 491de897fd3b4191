import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { LogReader } from '@counterfoil/core';
import {
  cosignNote,
  generateVerifierKeys,
  signCheckpoint,
  splitNote,
  writeEntry,
} from '@counterfoil/guard';
import { auditLog, rootHash, tilesToWrite } from '../src/index.ts';
import {
  openTlogVerifier,
  TLOG_VERIFIER_MISSING,
  type TlogVerdict,
} from '../../../tools/peers/tlog-verifier.ts';

/*
 * The same log before two verifiers: ours, and one that rests on the code behind Go's checksum database and on that of
 * transparency.dev. They must agree, on the log as published and on every way in which it was tampered with.
 */
const ORIGIN = 'log.test/acme';
const SIZES = [300, 1_000] as const;
const log = generateVerifierKeys(ORIGIN, 'log');
const witness = generateVerifierKeys('witness.test/acme', 'witness');
const keys = { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey };
const logKey = createPrivateKey(log.privateKeyPem);
const witnessKey = createPrivateKey(witness.privateKeyPem);

const directory = mkdtempSync(join(tmpdir(), 'cf-foreign-'));
const known = join(directory, 'known');
const paths = new Set<string>();
const verifier = openTlogVerifier();
after(() => rmSync(directory, { recursive: true }));

const reader: LogReader = {
  read: (path) => {
    try {
      return Promise.resolve(readFileSync(join(directory, path)));
    } catch {
      return Promise.resolve(null);
    }
  },
};
const write = (path: string, bytes: string | Uint8Array): void => {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), bytes);
};
const published = (size: number, root: Buffer, by = { logKey, witnessKey }): string => {
  const note = signCheckpoint({ origin: ORIGIN, size, rootHash: root }, by.logKey);
  const signer = { name: 'witness.test/acme', privateKey: by.witnessKey };
  return `${note}${cosignNote(splitNote(note).text, signer, 1_772_000_000)}\n`;
};

before(async () => {
  let fromSize = 0;
  for (const size of SIZES) {
    const entryTexts = Array.from({ length: size - fromSize }, (_, place) => {
      const facts = { n: fromSize + place, said: 'é\u2028' };
      const draft = { kind: 'review_refused', caseId: null, facts } as const;
      return writeEntry(draft, '2026-03-01T12:00:00Z', 'cf_server', Buffer.alloc(16)).entryText;
    });
    for (const file of await tilesToWrite({ fromSize, entryTexts, reader })) {
      write(file.path, file.bytes);
      if (size === SIZES[1]) paths.add(file.path);
    }
    if (size === SIZES[1]) for (const level of ['0', 'entries']) paths.add(`tile/${level}/000`);
    write('checkpoint', published(size, await rootHash(size, reader)));
    if (size === SIZES[0]) copyFileSync(join(directory, 'checkpoint'), known);
    fromSize = size;
  }
});

/** Both verdicts, which must be the same; null where the other verifier is not here. */
async function ask(context: TestContext): Promise<TlogVerdict['status'] | null> {
  if (verifier === null) {
    context.skip(TLOG_VERIFIER_MISSING);
    return null;
  }
  const theirs = await verifier({ directory, ...keys, known });
  const ours = await auditLog(reader, keys, { knownCheckpoint: readFileSync(known, 'utf8') });
  const due = ours.status === 'whole' ? 'verified' : 'rejected';
  assert.equal(theirs.status, due, `${theirs.problem} | ${JSON.stringify(ours.problems)}`);
  return theirs.status;
}

async function askAfter(
  context: TestContext,
  path: string,
  bytes: string | Uint8Array,
): Promise<TlogVerdict['status'] | null> {
  const before = readFileSync(join(directory, path));
  write(path, bytes);
  try {
    return await ask(context);
  } finally {
    write(path, before);
  }
}

test("others' code verifies every record of our log, both signatures, and that it extends an earlier one", async (context) => {
  assert.ok([null, 'verified'].includes(await ask(context)));
  if (verifier === null) return;
  const verdict = await verifier({ directory, ...keys, known });
  assert.deepEqual([verdict.size, verdict.records], [1_000, 1_000]);
});

test('both refuse a changed bit of any file, and a byte too many or too few', async (context) => {
  if (verifier === null) return context.skip(TLOG_VERIFIER_MISSING);
  for (const path of ['checkpoint', 'known', ...paths]) {
    const bytes = readFileSync(join(directory, path));
    const places = [0, 1, 31, bytes.length >> 1, bytes.length - 2, bytes.length - 1];
    for (const place of places) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1 << (place % 8);
      assert.equal(await askAfter(context, path, changed), 'rejected', `${path} byte ${place}`);
    }
    assert.equal(await askAfter(context, path, bytes.subarray(0, -1)), 'rejected', path);
    assert.equal(await askAfter(context, path, Buffer.concat([bytes, bytes])), 'rejected', path);
  }
});

test('both refuse every changed byte of the checkpoint that says something else', async (context) => {
  if (verifier === null) return context.skip(TLOG_VERIFIER_MISSING);
  const bytes = readFileSync(join(directory, 'checkpoint'));
  let respelt = 0;
  for (let place = 0; place < bytes.length; place += 1) {
    for (const bit of [0, (place * 5) % 8]) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1 << bit;
      // Go's base64 takes several spellings of one value; ours takes one.
      if (!meaningOf(changed).equals(meaningOf(bytes))) {
        assert.equal(await askAfter(context, 'checkpoint', changed), 'rejected', `byte ${place}`);
        continue;
      }
      const ours = await auditLog(
        { read: (path) => (path === 'checkpoint' ? Promise.resolve(changed) : reader.read(path)) },
        keys,
      );
      assert.equal(ours.status, 'broken', `byte ${place}`);
      respelt += 1;
    }
  }
  assert.ok(respelt < 10, `${respelt} respelt`);
});

/** A note with its base64 read as leniently as can be. */
function meaningOf(note: Buffer): Buffer {
  const words = note.toString('latin1').split(/(?<=[ \n])/);
  const isBase64 = (word: string): boolean => /^[A-Za-z0-9+/]{40,}={0,2}\n$/.test(word);
  return Buffer.concat(
    words.map((word) => Buffer.from(word, isBase64(word) ? 'base64' : 'latin1')),
  );
}

test('both refuse the log of a thief: rewritten, cut off or forked, signed with the true log key', async (context) => {
  if (verifier === null) return context.skip(TLOG_VERIFIER_MISSING);
  const thief = createPrivateKey(generateVerifierKeys('thief', 'witness').privateKeyPem);
  const forged = Buffer.alloc(32, 7);
  const root = await rootHash(1_000, reader);
  const alone = signCheckpoint({ origin: ORIGIN, size: 1_000, rootHash: root }, logKey);
  for (const checkpoint of [
    alone,
    published(1_000, root, { logKey, witnessKey: thief }),
    published(1_000, root, { logKey: thief, witnessKey }),
    // A witness that was deceived too: the earlier checkpoint, or the tiles, tell.
    published(1_000, forged),
    published(299, await rootHash(299, reader)),
    published(0, Buffer.from('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'base64')),
    readFileSync(known, 'utf8').replace('\n300\n', '\n1000\n'),
  ]) {
    assert.equal(await askAfter(context, 'checkpoint', checkpoint), 'rejected', checkpoint);
  }
  assert.equal(await askAfter(context, 'known', published(300, forged)), 'rejected');
});
