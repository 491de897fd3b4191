import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogReader } from '@counterfoil/core';
import { leafHash, RootBuilder, verifyConsistency, verifyInclusion } from '@counterfoil/guard';
import {
  consistencyProof,
  inclusionProof,
  readBundle,
  readTile,
  rootHash,
  tilePath,
  tileWidth,
} from './tiles.ts';
import { tilesToWrite } from './tile-writer.ts';

class Files implements LogReader {
  readonly files = new Map<string, Buffer>();
  size = 0;
  async grow(entryTexts: readonly string[]): Promise<void> {
    const growth = { fromSize: this.size, entryTexts, reader: this };
    for (const file of await tilesToWrite(growth)) this.files.set(file.path, file.bytes);
    this.size += entryTexts.length;
  }
  read(path: string): Promise<Buffer | null> {
    return Promise.resolve(this.files.get(path) ?? null);
  }
}

const entries = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `entry ${from + index}`);

function rootsUpTo(size: number): Buffer[] {
  const tree = new RootBuilder();
  const roots = [tree.root()];
  for (const entry of entries(0, size)) {
    tree.push(leafHash(entry));
    roots.push(tree.root());
  }
  return roots;
}

test('paths are those of the C2SP text', () => {
  assert.equal(tilePath(0, 0), 'tile/0/000');
  assert.equal(tilePath(1, 999), 'tile/1/999');
  assert.equal(tilePath(1, 1000), 'tile/1/x001/000');
  assert.equal(tilePath(5, 1_234_067), 'tile/5/x001/x234/067');
  assert.equal(tilePath('entries', 1000, 255), 'tile/entries/x001/000.p/255');
  assert.equal(tilePath(0, 3, 256), 'tile/0/003');
});

test('a tree of 70,000 has the tiles that the C2SP text counts', () => {
  const full = (level: number): number => {
    let index = 0;
    while (tileWidth(level, index, 70_000) === 256) index += 1;
    return index;
  };
  assert.deepEqual([full(0), tileWidth(0, 273, 70_000)], [273, 112]);
  assert.deepEqual([full(1), tileWidth(1, 1, 70_000)], [1, 17]);
  assert.deepEqual([full(2), tileWidth(2, 0, 70_000), tileWidth(3, 0, 70_000)], [0, 1, 0]);
});

test('a tree of 256 is one full tile and a partial one of width 1 above it', async () => {
  const log = new Files();
  await log.grow(entries(0, 256));
  assert.deepEqual([...log.files.keys()].toSorted(), [
    'tile/0/000',
    'tile/1/000.p/1',
    'tile/entries/000',
  ]);
});

test('roots and proofs hold on both sides of every boundary', async () => {
  const sizes = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_793];
  const roots = rootsUpTo(65_793);
  const log = new Files();
  for (const [place, size] of sizes.entries()) {
    await log.grow(entries(log.size, size));
    const root = roots[size]!;
    assert.deepEqual(await rootHash(size, log), root, `root of ${size}`);
    for (const index of new Set([0, 1, 254, 255, 256, 257, 65_535, 65_536, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      const proof = await inclusionProof(index, size, log);
      const leaf = leafHash(`entry ${index}`);
      assert.ok(
        verifyInclusion({ leaf, index, size, proof, rootHash: root }),
        `${index} of ${size}`,
      );
    }
    for (const oldSize of sizes.slice(0, place + 1)) {
      const proof = await consistencyProof(oldSize, size, log);
      const claim = { oldSize, oldRoot: roots[oldSize]!, newSize: size, newRoot: root, proof };
      assert.ok(verifyConsistency(claim), `${oldSize} → ${size}`);
    }
  }
});

test('however the log grew, its files at a size say the same, and every proof holds', async () => {
  const roots = rootsUpTo(700);
  const steps = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), fc.nat(), async (growth, someIndex, someSize) => {
      const log = new Files();
      for (const step of growth) await log.grow(entries(log.size, Math.min(700, log.size + step)));
      const { size } = log;
      const newRoot = roots[size]!;
      const atOnce = new Files();
      await atOnce.grow(entries(0, size));
      for (const [path, bytes] of atOnce.files) assert.deepEqual(log.files.get(path), bytes, path);
      const index = someIndex % size;
      const proof = await inclusionProof(index, size, log);
      const leaf = leafHash(`entry ${index}`);
      const claim = { leaf, index, size, proof, rootHash: newRoot };
      assert.ok(verifyInclusion(claim));
      assert.ok(!verifyInclusion({ ...claim, index: (index + 1) % size, size: size + 1 }));
      assert.ok(!verifyInclusion({ ...claim, leaf: leafHash('forged') }));
      const oldSize = someSize % (size + 1);
      const consistency = await consistencyProof(oldSize, size, log);
      const head = { oldSize, oldRoot: roots[oldSize]!, newSize: size, newRoot };
      assert.ok(verifyConsistency({ ...head, proof: consistency }));
      if (oldSize > 0 && oldSize < size) {
        const forked = leafHash('forked');
        assert.ok(!verifyConsistency({ ...head, oldRoot: forked, proof: consistency }));
        assert.ok(!verifyConsistency({ ...head, newRoot: forked, proof: consistency }));
        assert.ok(!verifyConsistency({ ...head, proof: consistency.slice(1) }));
        assert.ok(!verifyConsistency({ ...head, proof: [...consistency, forked] }));
      }
    }),
    { numRuns: 60 },
  );
});

test('bundles give the entries back, also when only the full one is left', async () => {
  const log = new Files();
  await log.grow(entries(0, 300));
  const expected = entries(256, 300);
  assert.deepEqual(await readBundle(log, 1, 300), expected);
  await log.grow(entries(300, 512));
  log.files.delete('tile/entries/001.p/44');
  log.files.delete('tile/0/001.p/44');
  assert.deepEqual(await readBundle(log, 1, 300), expected);
  assert.equal((await readTile(log, { level: 0, index: 1 }, 300)).length, 44);
  assert.deepEqual(await rootHash(300, log), rootsUpTo(300)[300]);
});

test('a missing or cut tile is an integrity error, not a wrong root', async () => {
  const log = new Files();
  await log.grow(entries(0, 300));
  const path = 'tile/0/000';
  const whole = log.files.get(path)!;
  log.files.set(path, whole.subarray(1));
  await assert.rejects(inclusionProof(5, 300, log), { code: 'LOG_TILE_BROKEN' });
  log.files.delete(path);
  await assert.rejects(inclusionProof(5, 300, log), { code: 'LOG_TILE_BROKEN' });
  log.files.delete('tile/0/001.p/44');
  await assert.rejects(rootHash(300, log), { code: 'LOG_TILE_BROKEN' });
  const bundle = log.files.get('tile/entries/001.p/44')!;
  log.files.set('tile/entries/001.p/44', bundle.subarray(0, -1));
  await assert.rejects(readBundle(log, 1, 300), { code: 'LOG_TILE_BROKEN' });
});

test('an entry of 65,535 bytes is taken, one more is not', async () => {
  const log = new Files();
  await log.grow(['x'.repeat(65_535)]);
  assert.equal((await readBundle(log, 0, 1))[0]?.length, 65_535);
  await assert.rejects(log.grow(['x'.repeat(65_536)]), { code: 'LOG_ENTRY_BYTES' });
});

test('indexes beyond the log are refused', async () => {
  const log = new Files();
  await log.grow(entries(0, 3));
  await assert.rejects(inclusionProof(3, 3, log), { code: 'LOG_INDEX' });
  await assert.rejects(inclusionProof(-1, 3, log), { code: 'LOG_INDEX' });
  await assert.rejects(consistencyProof(4, 3, log), { code: 'LOG_INDEX' });
  await assert.rejects(rootHash(0.5, log), { code: 'LOG_INDEX' });
});
