import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '@counterfoil/core';
import { parseHeader, type Delimiter } from './header.ts';

const HEAD_BYTES_MAX = 1 << 20;
const NUL_BYTES_COUNTED_MAX = 1_000_000;

/** What a look at every byte of a file says, before anything is loaded. */
export type FileProbe = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
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
    }
);

/** Reads a file once: its digest, its encoding, its header. Fails with `InputError` where it cannot be billing data. */
export async function probeFile(path: string): Promise<FileProbe> {
  const name = basename(path);
  const before = await statFile(path, name);
  if (before.size === 0) {
    throw new InputError('FILE_EMPTY', `${name} is empty`, {
      remedy: 'export it again',
      details: { file: name },
    });
  }
  const scan = await scanBytes(path, name);
  const common = {
    path,
    name,
    bytes: before.size,
    sha256: scan.sha256,
    modifiedMs: before.mtimeMs,
  };
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
  };
}

async function statFile(path: string, name: string): Promise<Stats> {
  try {
    const stats = await stat(path);
    if (stats.isFile()) return stats;
  } catch (cause) {
    throw new InputError('FILE_MISSING', `${name} cannot be read: ${messageOf(cause)}`, {
      cause,
      remedy: 'check the path and its permissions',
    });
  }
  throw new InputError('FILE_MISSING', `${name} is not a file`, {
    remedy: 'give files, folders or patterns such as exports/*.csv.gz',
  });
}

interface Scan {
  readonly sha256: string;
  readonly compressed: boolean;
  /** First megabyte, decompressed. */
  readonly head: Buffer;
  readonly utf8: boolean;
  readonly nulBytes: number;
}

async function scanBytes(path: string, name: string): Promise<Scan> {
  const hash = createHash('sha256');
  const state = { head: Buffer.alloc(0), utf8: true, nulBytes: 0, tail: Buffer.alloc(0) };
  let compressed = false;
  try {
    compressed = await isGzip(path);
    const hashed = async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    };
    const look = async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) observe(state, chunk);
    };
    const stream = createReadStream(path, { highWaterMark: 1 << 20 });
    if (compressed) await pipeline(stream, hashed, createGunzip({ chunkSize: 1 << 20 }), look);
    else await pipeline(stream, hashed, look);
  } catch (cause) {
    throw new InputError('FILE_UNREADABLE', `${name} cannot be read: ${messageOf(cause)}`, {
      cause,
      remedy: compressed
        ? 'the compressed file is damaged: export or copy it again'
        : 'copy it again',
    });
  }
  const utf8 = state.utf8 && isUtf8(state.tail);
  return {
    sha256: hash.digest('hex'),
    compressed,
    head: state.head,
    utf8,
    nulBytes: state.nulBytes,
  };
}

async function isGzip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 1 })) {
    return (chunk as Buffer)[0] === 0x1f && (chunk as Buffer)[1] === 0x8b;
  }
  return false;
}

interface ScanState {
  head: Buffer;
  utf8: boolean;
  nulBytes: number;
  /** Bytes of a character cut by the end of the last chunk. */
  tail: Buffer;
}

function observe(state: ScanState, chunk: Buffer): void {
  if (state.head.length < HEAD_BYTES_MAX) {
    state.head = Buffer.concat([state.head, chunk]).subarray(0, HEAD_BYTES_MAX);
  }
  let at = chunk.indexOf(0);
  for (; at !== -1 && state.nulBytes < NUL_BYTES_COUNTED_MAX; at = chunk.indexOf(0, at + 1)) {
    state.nulBytes++;
  }
  if (!state.utf8) return;
  const bytes = state.tail.length > 0 ? Buffer.concat([state.tail, chunk]) : chunk;
  const end = lastCharacterStart(bytes);
  state.utf8 = isUtf8(bytes.subarray(0, end));
  state.tail = Buffer.from(bytes.subarray(end));
}

/** Where an unfinished UTF-8 sequence at the end begins, or the length. */
function lastCharacterStart(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
    if (byte < 0x80) return bytes.length;
  }
  return bytes.length;
}

function encodingOf(scan: Scan): 'utf-8' | 'latin-1' | 'utf-16' {
  const [first, second] = scan.head;
  if (first === 0xff && second === 0xfe) return 'utf-16';
  return scan.utf8 ? 'utf-8' : 'latin-1';
}

function decodeHead(head: Buffer, encoding: 'utf-8' | 'latin-1' | 'utf-16'): string {
  const decoder = new TextDecoder(encoding === 'utf-16' ? 'utf-16le' : encoding);
  return decoder.decode(head);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
