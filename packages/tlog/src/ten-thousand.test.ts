import assert from 'node:assert/strict';
import { createPrivateKey, hash as hashOf } from 'node:crypto';
import { before, test } from 'node:test';
import type { LogReader } from '@counterfoil/core';
import {
  cosignNote,
  formatAddCheckpoint,
  generateVerifierKeys,
  judgeCheckpoint,
  leafHash,
  openCheckpoint,
  RootBuilder,
  signCheckpoint,
  splitNote,
  verifyConsistency,
  verifyInclusion,
  verifyPack,
  writeEntry,
  type WitnessedHead,
} from '@counterfoil/guard';
import { auditLog } from './audit-log.ts';
import { buildPack } from './build-pack.ts';
import { tilesToWrite } from './tile-writer.ts';
import { consistencyProof, inclusionProof, rootHash } from './tiles.ts';

/*
 * Every single-bit change, drop, insertion, reordering, truncation and fork of a log of 10,000 entries, with and without the log's
 * key in the wrong hands. Exhaustive: every bit of the checkpoint, of every tile and of every entry; every exchange of neighbours;
 * every size to cut off at; every entry to rewrite. By sample: lengths in bundles, drops and insertions with the same size, packs.
 */
const SIZE = 10_000;
const ORIGIN = 'log.test/acme';
const log = generateVerifierKeys(ORIGIN, 'log');
const witness = generateVerifierKeys('witness.test/acme', 'witness');
const keys = { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey };
const logKey = createPrivateKey(log.privateKeyPem);
const signer = { name: 'witness.test/acme', privateKey: createPrivateKey(witness.privateKeyPem) };
const trust = {
  policyBundleSha256: 'b'.repeat(64),
  v: 1,
  tenant: 'acme',
  origin: ORIGIN,
  ...keys,
  approvers: [],
  enrolmentKeys: [],
} as const;

class Files implements LogReader {
  readonly files = new Map<string, Buffer>();
  read(path: string): Promise<Buffer | null> {
    return Promise.resolve(this.files.get(path) ?? null);
  }
}
const published = new Files();
const entries: string[] = [];
let leaves: Buffer[];
let checkpoint: string;
let head: WitnessedHead;

const entryOf = (index: number, said = 'true'): string =>
  writeEntry(
    { kind: 'review_refused', caseId: `case_${index % 50}`, facts: { index, said } },
    new Date(1_772_000_000_000 + index).toISOString(),
    'cf_server',
    Buffer.alloc(16),
  ).entryText;

/** Signed by the log's key, whoever holds it. */
const signed = (size: number, root: Buffer): string =>
  signCheckpoint({ origin: ORIGIN, size, rootHash: root }, logKey);
const cosigned = (note: string): string =>
  `${note}${cosignNote(splitNote(note).text, signer, 1)}\n`;

before(async () => {
  for (let index = 0; index < SIZE; index += 1) entries.push(entryOf(index));
  leaves = entries.map((entryText) => leafHash(entryText));
  const growth = { fromSize: 0, entryTexts: entries, reader: published };
  for (const { path, bytes } of await tilesToWrite(growth)) published.files.set(path, bytes);
  head = { size: SIZE, rootHash: await rootHash(SIZE, published) };
  checkpoint = cosigned(signed(SIZE, head.rootHash));
  published.files.set('checkpoint', Buffer.from(checkpoint));
});

const audit = (reader: LogReader = published) => auditLog(reader, keys);
const changed = (path: string, bytes: Buffer): LogReader => ({
  read: (each) => (each === path ? Promise.resolve(bytes) : published.read(each)),
});
const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};
const fails = (read: () => unknown): boolean => {
  try {
    read();
    return false;
  } catch {
    return true;
  }
};

test('the log as published is whole', async () => {
  const { status, size, problems } = await audit();
  assert.deepEqual([status, size, problems], ['whole', SIZE, []]);
});

test('every bit of the checkpoint counts', () => {
  const bytes = Buffer.from(checkpoint);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const text = flipped(bytes, bit).toString('utf8');
    assert.ok(
      fails(() => openCheckpoint(text, keys)),
      `bit ${bit}`,
    );
  }
});

test('every bit of every tile counts: it no longer is the hash of its entries or of the tile below', async () => {
  const tiles = [...published.files].filter(([path]) => /^tile\/\d/.test(path));
  assert.equal(tiles.length, 41);
  let bits = 0;
  for (const [path, bytes] of tiles) {
    // The audit compares whole hashes; equality of bytes is what it decides by, and the audit itself runs on a sample.
    const due = Buffer.from(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      assert.ok(!bytes.equals(due), `${path} bit ${bit}`);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      bits += 1;
    }
    const bit = (path.length * 7_919) % (bytes.length * 8);
    const report = await audit(changed(path, flipped(bytes, bit)));
    assert.equal(report.status, 'broken', path);
  }
  assert.equal(bits, (SIZE + 39) * 32 * 8);
});

test('every bit of every entry counts', () => {
  let flips = 0;
  for (const [index, entryText] of entries.entries()) {
    const bytes = Buffer.concat([Uint8Array.of(0), Buffer.from(entryText)]);
    const due = leaves[index]?.toString('hex');
    assert.equal(hashOf('sha256', bytes, 'hex'), due);
    for (let bit = 8; bit < bytes.length * 8; bit += 1) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      if (hashOf('sha256', bytes, 'hex') === due) assert.fail(`entry ${index}, bit ${bit}`);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      flips += 1;
    }
  }
  assert.equal(flips, 8 * entries.reduce((sum, each) => sum + Buffer.byteLength(each), 0));
});

test('a bit of a bundle is found by the audit of the published files, lengths included', async () => {
  const [first = '', second = ''] = [...published.files.keys()].filter((path) =>
    path.startsWith('tile/entries/'),
  );
  const small = new Files();
  const growth = { fromSize: 0, entryTexts: entries.slice(0, 300), reader: small };
  for (const { path, bytes } of await tilesToWrite(growth)) small.files.set(path, bytes);
  const note = cosigned(signed(300, await rootHash(300, small)));
  small.files.set('checkpoint', Buffer.from(note));
  assert.equal((await audit(small)).status, 'whole');
  for (const path of [first, `${second}.p/44`]) {
    const bytes = small.files.get(path);
    assert.ok(bytes);
    for (let offset = 0; offset < bytes.length; offset += 2 + bytes.readUInt16BE(offset)) {
      for (let bit = offset * 8; bit < offset * 8 + 16; bit += 3) {
        small.files.set(path, flipped(bytes, bit));
        assert.equal((await audit(small)).status, 'broken', `${path} bit ${bit}`);
      }
    }
    for (const cut of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, bytes])]) {
      small.files.set(path, cut);
      assert.equal((await audit(small)).status, 'broken', path);
    }
    small.files.set(path, bytes);
  }
});

test('a file that is missing, and one that stands for another, are found', async () => {
  const paths = [...published.files.keys()];
  for (const [place, path] of paths.entries()) {
    const without: LogReader = {
      read: (each) => (each === path ? Promise.resolve(null) : published.read(each)),
    };
    assert.equal((await audit(without)).status, 'broken', path);
    const other = published.files.get(paths[(place + 1) % paths.length] ?? '');
    if (place % 8 > 0 || !other) continue;
    assert.equal((await audit(changed(path, other))).status, 'broken', path);
  }
});

test('every exchange of two neighbours changes the root', () => {
  for (let index = 0; index + 1 < SIZE; index += 1) {
    const [leaf, next] = [leaves[index], leaves[index + 1]];
    assert.ok(leaf && next);
    const proof = pathOf(index);
    const claim = { index, size: SIZE, proof, rootHash: head.rootHash };
    assert.ok(verifyInclusion({ ...claim, leaf }));
    assert.ok(!verifyInclusion({ ...claim, leaf: next }), `entry ${index}`);
  }
});

test('an entry dropped, put in, doubled or moved changes size or root, at 50 places', () => {
  const places = Array.from({ length: 50 }, (_, place) => Math.min(SIZE - 2, place * 204));
  for (const place of places) {
    const [before, at, after] = [leaves.slice(0, place), leaves[place], leaves.slice(place + 1)];
    assert.ok(at);
    const forged = leafHash(entryOf(place, 'forged'));
    const moved = [...before, ...after, at];
    const doubled = [...before, at, at, ...after.slice(0, -1)];
    for (const kept of [[...before, forged, ...after], moved, doubled]) {
      assert.equal(kept.length, SIZE);
      assert.ok(!rootOf(kept).equals(head.rootHash), `at ${place}`);
    }
    assert.notEqual([...before, ...after].length, SIZE);
  }
});

test('a pack that lost, gained, exchanged or changed a line, or was cut off, is rejected', async () => {
  const rows = entries.map((entryText) => ({ entryText, salt: null, payloadText: null }));
  const lines: string[] = [];
  for await (const line of buildPack(checkpoint, rows)) lines.push(line);
  const verdict = async (kept: readonly string[]) =>
    (await verifyPack(kept.join(''), trust)).status;
  assert.equal(await verdict(lines), 'verified');
  for (const at of [1, 2, 4_097, SIZE]) {
    const [before, after] = [lines.slice(0, at), lines.slice(at + 1)];
    const line = lines[at] ?? '';
    const neighbour = at === SIZE ? at - 1 : at + 1;
    const exchanged = lines.with(at, lines[neighbour] ?? '').with(neighbour, line);
    assert.equal(await verdict([...before, ...after]), 'rejected', `dropped ${at}`);
    assert.equal(await verdict([...before, line, line, ...after]), 'rejected', `doubled ${at}`);
    assert.equal(await verdict(exchanged), 'rejected', `exchanged ${at}`);
    assert.equal(await verdict(lines.slice(0, at)), 'rejected', `cut off at ${at}`);
    const forged = lines.with(at, line.replace('true', 'trus'));
    assert.equal(await verdict(forged), 'rejected', `changed ${at}`);
  }
});

test('the thief of database and log key cannot shorten the log: the witness refuses every size', () => {
  const tree = new RootBuilder();
  for (let size = 0; size < SIZE; size += 1) {
    const note = signed(size, tree.root());
    for (const oldSize of size % 10 === 0 ? [SIZE, size] : [SIZE]) {
      const body = formatAddCheckpoint({ oldSize, proof: [], checkpointText: note });
      assert.equal(judgeCheckpoint(body, head, log.verifierKey).type, 'refuse', `${size}`);
    }
    tree.push(leaves[size] ?? Buffer.alloc(32));
  }
});

test('nor rewrite any entry: no head over it is cosigned, and no verifier takes it without that', async () => {
  const grown = leafHash(entryOf(SIZE));
  const [, ownLine = ''] = splitNote(checkpoint).lines;
  const honest = await consistencyProof(SIZE - 1, SIZE, published);
  assert.deepEqual(pathOf(4_711), await inclusionProof(4_711, SIZE, published));
  for (let index = 0; index < SIZE; index += 1) {
    const proof = pathOf(index);
    const root = rootFrom({ leaf: leafHash(entryOf(index, 'forged')), index, proof });
    const same = signed(SIZE, root);
    assert.equal(verdictOf({ oldSize: SIZE, proof: [], checkpointText: same }), 'refuse');
    // A stolen key does not make the witness's line over the true head hold over another.
    assert.ok(fails(() => openCheckpoint(`${same}${ownLine}\n`, keys)));
    if (index % 10 > 0) continue;
    const longer = signed(SIZE + 1, grownRoot(root, index, grown));
    for (const attempt of [honest, proof, [root], []]) {
      const request = { oldSize: SIZE, proof: attempt, checkpointText: longer };
      assert.equal(verdictOf(request), 'refuse', `entry ${index}`);
    }
  }
});

test('nor show two logs to two people: whoever knows one checkpoint refuses the other log', async () => {
  for (const forkAt of [0, 1, 255, 256, 4_096, SIZE - 2]) {
    const fork = new Files();
    const entryTexts = entries.with(forkAt, entryOf(forkAt, 'forged'));
    const growth = { fromSize: 0, entryTexts, reader: fork };
    for (const { path, bytes } of await tilesToWrite(growth)) fork.files.set(path, bytes);
    const root = await rootHash(SIZE, fork);
    const alone = signed(SIZE, root);
    fork.files.set('checkpoint', Buffer.from(alone));
    assert.equal((await audit(fork)).status, 'broken');
    // Even a witness that was deceived once leaves two heads that contradict each other.
    fork.files.set('checkpoint', Buffer.from(cosigned(alone)));
    assert.equal((await audit(fork)).status, 'whole');
    const report = await auditLog(fork, keys, { knownCheckpoint: checkpoint });
    assert.deepEqual(
      report.problems.map(({ code }) => code),
      ['LOG_FORKED'],
    );
    const proof = await consistencyProof(SIZE - 1, SIZE, fork);
    const oldRoot = rootOf(leaves.slice(0, SIZE - 1));
    const claim = { oldSize: SIZE - 1, oldRoot, newSize: SIZE, newRoot: root, proof };
    assert.equal(verifyConsistency(claim), false);
  }
});

function verdictOf(request: Parameters<typeof formatAddCheckpoint>[0]): string {
  return judgeCheckpoint(formatAddCheckpoint(request), head, log.verifierKey).type;
}

/** The tree as levels of hashes; a last one without a neighbour goes up as it is, which is the same tree (RFC 6962, 2.1). */
function levelsOf(hashes: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const levels = [hashes];
  for (let level = hashes; level.length > 1;) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const pair = level.slice(at, at + 2);
      above.push(pair.length === 2 ? node(pair) : pair[0]!);
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

const rootOf = (hashes: readonly Buffer[]): Buffer => levelsOf(hashes).at(-1)![0]!;

let levels: readonly (readonly Buffer[])[] | undefined;
/** The proof of inclusion of a leaf of the true log. */
function pathOf(index: number): readonly Buffer[] {
  levels ??= levelsOf(leaves);
  return levels.flatMap((level, height) => level[(index >> height) ^ 1] ?? []);
}

/** The root over the true log with another leaf at `index`: the way up from it (RFC 9162, 2.1.3.2). */
function rootFrom({
  leaf,
  index,
  proof,
}: {
  readonly leaf: Buffer;
  readonly index: number;
  readonly proof: readonly Buffer[];
}): Buffer {
  let hash = leaf;
  let [position, last] = [index, SIZE - 1];
  for (const sibling of proof) {
    const isRight = position % 2 === 1 || position === last;
    hash = node(isRight ? [sibling, hash] : [hash, sibling]);
    while (isRight && position % 2 === 0 && position !== 0) {
      [position, last] = [position >> 1, last >> 1];
    }
    [position, last] = [position >> 1, last >> 1];
  }
  return hash;
}

/** A root that some thief's log of one more entry could have; the witness must refuse whatever it is. */
function grownRoot(root: Buffer, index: number, leaf: Buffer): Buffer {
  return index % 2 === 0 ? node([root, leaf]) : node([leaf, root]);
}

function node([left, right]: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat([
    Uint8Array.of(1),
    left ?? Buffer.alloc(0),
    right ?? Buffer.alloc(0),
  ]);
  return hashOf('sha256', bytes, 'buffer');
}
