import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '@counterfoil/core';
import { createByteScan, type ByteFacts } from './byte-scan.ts';
import { parseHeader, type Delimiter } from './header.ts';

const CHUNK_BYTES = 1 << 20;

/** What is known of a file before anything is loaded. */
export type FileFacts = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** To notice a file that changes while it is read. */
  readonly modifiedMs: number;
} & (
  | { readonly format: 'parquet' }
  | {
      readonly format: 'csv';
      readonly compressed: boolean;
      readonly encoding: 'utf-8' | 'latin-1' | 'utf-16';
      readonly columns: readonly string[];
      readonly delimiter: Delimiter;
      /** At most a million are counted. */
      readonly nulBytes: number;
      /** Whether some cell may be the word NULL. */
      readonly nullWords: boolean;
      readonly lineEndsMixed: boolean;
    }
);

/** What a look at every byte of a file says. */
export type FileProbe = FileFacts & { readonly sha256: string };

/** Reads a file once: its digest, its encoding, its header. Fails with `InputError` where it cannot be billing data. */
export async function probeFile(path: string): Promise<FileProbe> {
  const name = basename(path);
  const stats = await statFile(path, name);
  const scan = await scanFile(path, name);
  return { ...factsOf({ path, name, stats, scan }), sha256: scan.sha256 };
}

/**
 * What the first megabyte of a file says of it, and nothing where the rest may have to be unpacked for that. The rest may gainsay
 * encoding, NUL bytes, words and line ends, never the columns. Fails as {@link probeFile} does.
 */
export async function probeHead(path: string): Promise<FileFacts | null> {
  const name = basename(path);
  const stats = await statFile(path, name);
  const scan = createByteScan();
  const handle = await openFile(path, name);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, 0);
    if (isGzip(buffer)) return null;
    scan.push(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
  // A character that the end of the first megabyte cuts is not wrong.
  const facts = scan.facts();
  const utf8 = facts.utf8 || facts.utf8SoFar;
  return factsOf({ path, name, stats, scan: { ...facts, utf8, compressed: false } });
}

interface Seen {
  readonly path: string;
  readonly name: string;
  readonly stats: Stats;
  readonly scan: ByteFacts & { readonly compressed: boolean };
}

function factsOf({ path, name, stats, scan }: Seen): FileFacts {
  const common = { path, name, bytes: stats.size, modifiedMs: stats.mtimeMs };
  if (scan.head.subarray(0, 4).toString('latin1') === 'PAR1')
    return { ...common, format: 'parquet' };
  const encoding = encodingOf(scan);
  const text = decodeHead(scan.head, encoding);
  const { columns, delimiter } = parseHeader(text, name);
  return {
    ...common,
    format: 'csv',
    compressed: scan.compressed,
    encoding,
    columns,
    delimiter,
    nulBytes: scan.nulBytes,
    // A search for bytes says nothing about other encodings.
    nullWords: scan.nullWords || encoding === 'utf-16',
    lineEndsMixed: scan.lineEndsMixed,
  };
}

async function statFile(path: string, name: string): Promise<Stats> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new InputError('FILE_MISSING', `${name} cannot be read: ${messageOf(cause)}`, {
      cause,
      remedy: 'check the path and its permissions',
    });
  });
  if (!stats.isFile()) {
    throw new InputError('FILE_MISSING', `${name} is not a file`, {
      remedy: 'give files, folders or patterns such as exports/*.csv.gz',
    });
  }
  if (stats.size > 0) return stats;
  throw new InputError('FILE_EMPTY', `${name} is empty`, {
    remedy: 'export it again',
    details: { file: name },
  });
}

type Scan = ByteFacts & { readonly sha256: string; readonly compressed: boolean };

async function scanFile(path: string, name: string): Promise<Scan> {
  const handle = await openFile(path, name);
  let compressed = false;
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    compressed = isGzip(buffer);
    const scan = compressed ? await scanZipped(handle) : await scanPlain(handle);
    return { ...scan, compressed };
  } catch (cause) {
    throw unreadable(name, cause, compressed);
  } finally {
    await handle.close();
  }
}

function openFile(path: string, name: string): Promise<FileHandle> {
  return open(path).catch((cause: unknown) => {
    throw unreadable(name, cause, false);
  });
}

function unreadable(name: string, cause: unknown, compressed: boolean): InputError {
  return new InputError('FILE_UNREADABLE', `${name} cannot be read: ${messageOf(cause)}`, {
    cause,
    remedy: compressed
      ? 'the compressed file is damaged: export or copy it again'
      : 'copy it again',
  });
}

/** One buffer serves the whole file: what is kept of it is copied. */
async function scanPlain(handle: FileHandle): Promise<Omit<Scan, 'compressed'>> {
  const hash = createHash('sha256');
  const scan = createByteScan();
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (let position = 0; ;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return { ...scan.facts(), sha256: hash.digest('hex') };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    scan.push(chunk);
    position += bytesRead;
  }
}

async function scanZipped(handle: FileHandle): Promise<Omit<Scan, 'compressed'>> {
  const hash = createHash('sha256');
  const scan = createByteScan();
  const hashed = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const look = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) scan.push(chunk);
  };
  const stream = handle.createReadStream({
    highWaterMark: CHUNK_BYTES,
    start: 0,
    autoClose: false,
  });
  await pipeline(stream, hashed, createGunzip({ chunkSize: CHUNK_BYTES }), look);
  return { ...scan.facts(), sha256: hash.digest('hex') };
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function encodingOf(scan: ByteFacts): 'utf-8' | 'latin-1' | 'utf-16' {
  const [first, second] = scan.head;
  if (first === 0xff && second === 0xfe) return 'utf-16';
  return scan.utf8 ? 'utf-8' : 'latin-1';
}

const DECODERS = { 'utf-8': 'utf-8', 'latin-1': 'latin1', 'utf-16': 'utf-16le' } as const;

function decodeHead(head: Buffer, encoding: 'utf-8' | 'latin-1' | 'utf-16'): string {
  const decoder = new TextDecoder(DECODERS[encoding]);
  return decoder.decode(head);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
