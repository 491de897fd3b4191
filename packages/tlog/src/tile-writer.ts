import { LimitError, type LogReader } from '@counterfoil/core';
import { ENTRY_BYTES_MAX, leafHash, rootOver } from '@counterfoil/guard';
import { readBundle, readTile, TILE_WIDTH, tilePath, tileWidth } from './tiles.ts';

/** A file of the log. */
export interface TileFile {
  readonly path: string;
  readonly bytes: Buffer;
}

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
  let first = Math.floor(fromSize / TILE_WIDTH);
  const isPartial = (level: number | 'entries'): boolean => tileWidth(level, first, fromSize) > 0;
  const bundle = isPartial('entries') ? await readBundle(reader, first, fromSize) : [];
  const files: TileFile[] = split(first, [...bundle, ...entryTexts]).map(({ index, items }) => ({
    path: tilePath('entries', index, items.length),
    bytes: Buffer.concat(items.map(framed)),
  }));
  let added = entryTexts.map((entryText) => leafHash(entryText));
  for (let level = 0; added.length > 0; level += 1) {
    const tile = { level, index: first };
    const before = isPartial(level) ? await readTile(reader, tile, fromSize) : [];
    const tiles = split(first, [...before, ...added]);
    for (const { index, items } of tiles) {
      files.push({ path: tilePath(level, index, items.length), bytes: Buffer.concat(items) });
    }
    const full = tiles.filter(({ items }) => items.length === TILE_WIDTH);
    added = full.map(({ items }) => rootOver(items));
    first = Math.floor(first / TILE_WIDTH);
  }
  return files;
}

/** A reader that sees these files before those of another reader. */
export function overlay(files: readonly TileFile[], reader: LogReader): LogReader {
  const byPath = new Map(files.map((file) => [file.path, file.bytes]));
  return { read: async (path) => byPath.get(path) ?? reader.read(path) };
}

function split<Item>(first: number, items: readonly Item[]) {
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
  return Buffer.concat([length, bytes]);
}
