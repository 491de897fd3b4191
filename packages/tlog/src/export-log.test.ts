import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { ConflictError } from '@counterfoil/core';
import type { ArchivedFile, LogArchive, LogReader, Retention } from '@counterfoil/core';
import {
  cosignNote,
  generateVerifierKeys,
  signCheckpoint,
  splitNote,
  writeEntry,
} from '@counterfoil/guard';
import { exportLog } from './export-log.ts';
import { tilesToWrite } from './tile-writer.ts';
import { rootHash } from './tiles.ts';

const ORIGIN = 'log.test/acme';
const log = generateVerifierKeys(ORIGIN, 'log');
const witness = generateVerifierKeys('witness.test/acme', 'witness');
const keys = { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey };
const logKey = createPrivateKey(log.privateKeyPem);
const witnessKey = createPrivateKey(witness.privateKeyPem);
const retention: Retention = { mode: 'compliance', until: '2027-01-01T00:00:00.000Z' };

class Published implements LogReader {
  readonly files = new Map<string, Buffer>();
  #size = 0;
  async grow(count: number, said = 'true'): Promise<void> {
    const entryTexts = Array.from({ length: count }, (_, place) => {
      const facts = { n: this.#size + place, said };
      const draft = { kind: 'review_refused', caseId: null, facts } as const;
      return writeEntry(draft, '2026-03-01T12:00:00Z', 'cf_server', Buffer.alloc(16)).entryText;
    });
    const growth = { fromSize: this.#size, entryTexts, reader: this };
    for (const { path, bytes } of await tilesToWrite(growth)) this.files.set(path, bytes);
    this.#size += count;
    const head = { origin: ORIGIN, size: this.#size, rootHash: await rootHash(this.#size, this) };
    const note = signCheckpoint(head, logKey);
    const signer = { name: 'witness.test/acme', privateKey: witnessKey };
    const line = cosignNote(splitNote(note).text, signer, 1);
    this.files.set('checkpoint', Buffer.from(`${note}${line}\n`));
  }
  read(path: string): Promise<Buffer | null> {
    return Promise.resolve(this.files.get(path) ?? null);
  }
}

class MemoryArchive implements LogArchive {
  readonly files = new Map<string, ArchivedFile>();
  writesMax = Infinity;
  check = () => Promise.resolve();
  list = () => Promise.resolve(new Set(this.files.keys()));
  read = (path: string) => Promise.resolve(this.files.get(path) ?? null);
  async write(path: string, bytes: Uint8Array, held: Retention): Promise<void> {
    if (this.files.has(path)) throw new ConflictError('ARCHIVE_OCCUPIED', path);
    if (this.files.size >= this.writesMax) throw new Error('cut off');
    this.files.set(path, { bytes, retention: held });
  }
}

test('a log is exported whole, again with nothing to do, and later only with what is new', async () => {
  const [reader, archive] = [new Published(), new MemoryArchive()];
  await reader.grow(300);
  const options = { reader, archive, keys, retention };
  const first = await exportLog(options);
  assert.deepEqual(first, { size: 300, written: 6, kept: 0, retainedUntil: retention.until });
  assert.ok(archive.files.has('checkpoints/0000000000000300'));
  assert.deepEqual(await exportLog(options), { ...first, written: 0, kept: 6 });
  await reader.grow(300);
  const later = { mode: 'compliance', until: '2028-01-01T00:00:00.000Z' } as const;
  const second = await exportLog({ ...options, retention: later });
  assert.deepEqual([second.size, second.written, second.kept], [600, 6, 2]);
  assert.equal(second.retainedUntil, retention.until, 'the earliest end counts');
});

test('an export that was cut off goes on, and its checkpoint comes last', async () => {
  const [reader, archive] = [new Published(), new MemoryArchive()];
  await reader.grow(300);
  archive.writesMax = 3;
  const options = { reader, archive, keys, retention };
  await assert.rejects(exportLog(options), /cut off/);
  assert.ok(![...archive.files.keys()].some((path) => path.startsWith('checkpoints/')));
  archive.writesMax = Infinity;
  const { written, kept } = await exportLog(options);
  assert.deepEqual([written, kept], [3, 3]);
});

test('an archive with other bytes, with a file that is not held, or of a fork is refused', async () => {
  const [reader, archive] = [new Published(), new MemoryArchive()];
  await reader.grow(300);
  const options = { reader, archive, keys, retention };
  await exportLog(options);
  const path = 'tile/entries/000';
  const whole = archive.files.get(path);
  assert.ok(whole);
  const bytes = Buffer.from(whole.bytes);
  bytes[99]! ^= 1;
  archive.files.set(path, { ...whole, bytes });
  await assert.rejects(exportLog(options), { code: 'TILE_MISMATCH' });
  archive.files.set(path, { ...whole, retention: null });
  await assert.rejects(exportLog(options), { code: 'ARCHIVE_UNHELD' });
  archive.files.set(path, whole);
  const fork = new Published();
  await fork.grow(300, 'forged');
  await assert.rejects(exportLog({ ...options, reader: fork }), { code: 'ARCHIVE_FORKED' });
});

test('a published log that is broken is not exported', async () => {
  const [reader, archive] = [new Published(), new MemoryArchive()];
  await reader.grow(3);
  reader.files.set('tile/0/000.p/3', Buffer.alloc(96));
  await assert.rejects(exportLog({ reader, archive, keys, retention }), { code: 'TILE_MISMATCH' });
  assert.equal(archive.files.size, 0);
});
