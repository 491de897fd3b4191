import { invariant, LimitError, type LogReader } from '@counterfoil/core';
import { foldComplete, leafHash } from './merkle.ts';
import { readBundle, readTile, TILE_WIDTH, tilePath, tileWidth } from './tiles.ts';

/** A file of the log, with the partial files that it makes superfluous once it is on disk. */
export interface TileFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Most bytes of an entry: its length is written in two. */
export const ENTRY_BYTES_MAX = 65_535;

/**
 * The files by which the tree grows from `fromSize` by these entries: every full tile and bundle that closes, and the partial
 * ones at the new size. `reader` must hold the files of `fromSize`. Entries above 65,535 bytes are a `LimitError`.
 */
export async function tilesToWrite(growth: {
  readonly fromSize: number;
  readonly entryTexts: readonly string[];
  readonly reader: LogReader;
}): Promise<readonly TileFile[]> {
  const { fromSize, entryTexts, reader } = growth;
  if (entryTexts.length === 0) return [];
  const files = await bundlesToWrite(growth);
  let added = entryTexts.map((entryText) => leafHash(entryText));
  let from = fromSize;
  for (let level = 0; added.length > 0; level += 1) {
    const first = Math.floor(from / TILE_WIDTH);
    const known = tileWidth(level, first, fromSize);
    const before = known > 0 ? await readTile(reader, { level, index: first }, fromSize) : [];
    const full: Buffer[] = [];
    for (const { index, items } of groups(first, [...before, ...added])) {
      const path = tilePath(level, index, items.length);
      files.push({ path, bytes: Buffer.concat(items) });
      if (items.length === TILE_WIDTH) full.push(foldComplete(items));
    }
    added = full;
    from = first;
  }
  return files;
}

async function bundlesToWrite(growth: {
  readonly fromSize: number;
  readonly entryTexts: readonly string[];
  readonly reader: LogReader;
}): Promise<TileFile[]> {
  const { fromSize, entryTexts, reader } = growth;
  const first = Math.floor(fromSize / TILE_WIDTH);
  const known = tileWidth('entries', first, fromSize);
  const before = known > 0 ? await readBundle(reader, first, fromSize) : [];
  return groups(first, [...before, ...entryTexts]).map(({ index, items }) => ({
    path: tilePath('entries', index, items.length),
    bytes: Buffer.concat(items.map(framed)),
  }));
}

function groups<Item>(
  first: number,
  items: readonly Item[],
): readonly { readonly index: number; readonly items: readonly Item[] }[] {
  return Array.from({ length: Math.ceil(items.length / TILE_WIDTH) }, (_, place) => ({
    index: first + place,
    items: items.slice(place * TILE_WIDTH, (place + 1) * TILE_WIDTH),
  }));
}

function framed(entryText: string): Buffer {
  const bytes = Buffer.from(entryText);
  if (bytes.length > ENTRY_BYTES_MAX) {
    throw new LimitError('LOG_ENTRY_BYTES', `a log entry has ${bytes.length} bytes`, {
      remedy: `keep facts small; the limit is ${ENTRY_BYTES_MAX} bytes`,
    });
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  invariant(length.readUInt16BE() === bytes.length, 'an entry length fits in two bytes');
  return Buffer.concat([length, bytes]);
}

/** A reader that sees these files before those of another reader. */
export function overlay(files: readonly TileFile[], reader: LogReader): LogReader {
  const byPath = new Map(files.map((file) => [file.path, file.bytes]));
  return { read: async (path) => byPath.get(path) ?? reader.read(path) };
}
