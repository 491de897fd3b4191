import { IntegrityError, InputError, type LogReader } from '@counterfoil/core';
import { EMPTY_ROOT, rootOver, nodeHash, splitPoint } from '@counterfoil/guard';

/** Hashes in a full tile and entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;

/** Path of a tile or, with level `entries`, of a bundle; a width below 256 makes it partial. */
export function tilePath(level: number | 'entries', index: number, width = TILE_WIDTH): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const steps = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group));
  const partial = width < TILE_WIDTH ? `.p/${width}` : '';
  return `tile/${level}/${steps.join('/')}${partial}`;
}

/** How many hashes (or entries) a tile of a tree of this size has. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const span = level === 'entries' ? 1 : TILE_WIDTH ** level;
  return Math.min(TILE_WIDTH, Math.max(0, Math.floor(size / span) - index * TILE_WIDTH));
}

/** The hashes of one tile of a tree of this size. Throws `IntegrityError` where it is missing or has another length. */
export async function readTile(
  reader: LogReader,
  tile: { readonly level: number; readonly index: number },
  size: number,
): Promise<readonly Buffer[]> {
  const width = tileWidth(tile.level, tile.index, size);
  const path = tilePath(tile.level, tile.index, width);
  const { data, isFull } = await readWithFallback(reader, path, tilePath(tile.level, tile.index));
  const bytes = (isFull ? TILE_WIDTH : width) * HASH_BYTES;
  if (data.length !== bytes) throw broken(path, 'has another length');
  return Array.from({ length: width }, (_, place) =>
    data.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
  );
}

/** The entries of one bundle of a tree of this size. Throws `IntegrityError` where it is missing or malformed. */
export async function readBundle(
  reader: LogReader,
  index: number,
  size: number,
): Promise<readonly string[]> {
  const width = tileWidth('entries', index, size);
  const path = tilePath('entries', index, width);
  const { data, isFull } = await readWithFallback(reader, path, tilePath('entries', index));
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const entries: string[] = [];
  for (let offset = 0; entries.length < width;) {
    if (offset + 2 > data.length) throw broken(path, 'ends too early');
    const start = offset + 2;
    offset = start + data.readUInt16BE(offset);
    if (offset > data.length) throw broken(path, 'ends too early');
    entries.push(decoded(decoder, data.subarray(start, offset), path));
    if (entries.length === (isFull ? TILE_WIDTH : width) && offset !== data.length) {
      throw broken(path, 'goes on after its last entry');
    }
  }
  return entries;
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw broken(path, 'holds an entry that is not UTF-8');
  }
}

/** Partial tiles may be deleted once the full one exists, so the full one is the fallback. */
async function readWithFallback(
  reader: LogReader,
  path: string,
  fullPath: string,
): Promise<{ readonly data: Buffer; readonly isFull: boolean }> {
  const data = await reader.read(path);
  if (data) return { data: Buffer.from(data), isFull: path === fullPath };
  const full = path === fullPath ? null : await reader.read(fullPath);
  if (!full) throw broken(path, 'is missing');
  return { data: Buffer.from(full), isFull: true };
}

/** Root of the tree of this size, from its tiles. */
export async function rootHash(size: number, reader: LogReader): Promise<Buffer> {
  checkSize(size);
  return size === 0 ? EMPTY_ROOT : rangeHash(treeOf(size, reader), 0, size);
}

/** The proof that leaf `index` is in the tree of this size (RFC 6962, 2.1.1). */
export async function inclusionProof(
  index: number,
  size: number,
  reader: LogReader,
): Promise<readonly Buffer[]> {
  checkSize(size);
  checkSize(index, size - 1);
  const { proof } = await descend(treeOf(size, reader), size, {
    goesLeft: (middle) => index < middle,
    isEnd: (low, high) => high - low === 1,
  });
  return proof;
}

/** The proof that the tree of `newSize` extends that of `oldSize` (RFC 6962, 2.1.2); empty where the old one is empty. */
export async function consistencyProof(
  oldSize: number,
  newSize: number,
  reader: LogReader,
): Promise<readonly Buffer[]> {
  checkSize(newSize);
  checkSize(oldSize, newSize);
  if (oldSize === 0 || oldSize === newSize) return [];
  const tree = treeOf(newSize, reader);
  const { proof, low } = await descend(tree, newSize, {
    goesLeft: (middle) => oldSize <= middle,
    isEnd: (_low, high) => high === oldSize,
  });
  return low === 0 ? proof : [await rangeHash(tree, low, oldSize), ...proof];
}

/** Reads a tile, each only once. */
type Tree = (level: number, index: number) => Promise<readonly Buffer[]>;

function treeOf(size: number, reader: LogReader): Tree {
  const tiles = new Map<string, Promise<readonly Buffer[]>>();
  return (level, index) => {
    const key = `${level}/${index}`;
    const known = tiles.get(key) ?? readTile(reader, { level, index }, size);
    tiles.set(key, known);
    return known;
  };
}

/** From the root down to a subtree; the hashes beside the way, the deepest first. */
async function descend(
  tree: Tree,
  size: number,
  way: { goesLeft(middle: number): boolean; isEnd(low: number, high: number): boolean },
): Promise<{ readonly proof: readonly Buffer[]; readonly low: number }> {
  const proof: Buffer[] = [];
  let [low, high] = [0, size];
  while (!way.isEnd(low, high)) {
    const middle = low + splitPoint(high - low);
    const left = way.goesLeft(middle);
    proof.unshift(await (left ? rangeHash(tree, middle, high) : rangeHash(tree, low, middle)));
    [low, high] = left ? [low, middle] : [middle, high];
  }
  return { proof, low };
}

/** Hash over the leaves [low, high); `low` is a multiple of the smallest power of two that is not below `high − low`. */
async function rangeHash(tree: Tree, low: number, high: number): Promise<Buffer> {
  const count = high - low;
  const split = count === 1 ? 1 : splitPoint(count);
  if (count === 1 || split * 2 === count) return completeHash(tree, low, count);
  const left = await completeHash(tree, low, split);
  return nodeHash(left, await rangeHash(tree, low + split, high));
}

/** Hash of a complete subtree of `count` = 2^n leaves, folded from the lowest tile that holds its hashes whole. */
async function completeHash(tree: Tree, low: number, count: number): Promise<Buffer> {
  let [level, span] = [0, 1];
  while (span * TILE_WIDTH <= count) [level, span] = [level + 1, span * TILE_WIDTH];
  const position = low / span;
  const index = Math.floor(position / TILE_WIDTH);
  const hashes = await tree(level, index);
  const start = position - index * TILE_WIDTH;
  return rootOver(hashes.slice(start, start + count / span));
}

function checkSize(size: number, max = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(size) || size < 0 || size > max) {
    throw new InputError('LOG_INDEX', `${size} is no size or index of this log`);
  }
}

function broken(path: string, problem: string): IntegrityError {
  return new IntegrityError('LOG_TILE_BROKEN', `${path} ${problem}`, {
    remedy: 'restart the log process, which repairs its files from the database',
  });
}
