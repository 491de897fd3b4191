import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '@counterfoil/core';
import { createByteScan, type ByteFacts } from './byte-scan.ts';
import { parseHeader, type Delimiter } from './header.ts';

const CHUNK_BYTES = 1 << 20;

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
      /** Whether some cell may be the word NULL. */
      readonly nullWords: boolean;
      readonly lineEndsMixed: boolean;
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
  const scan = await scanFile(path, name);
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
    // A search for bytes says nothing about other encodings.
    nullWords: scan.nullWords || encoding === 'utf-16',
    lineEndsMixed: scan.lineEndsMixed,
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

type Scan = ByteFacts & { readonly sha256: string; readonly compressed: boolean };

async function scanFile(path: string, name: string): Promise<Scan> {
  const hash = createHash('sha256');
  const scan = createByteScan();
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
      for await (const chunk of source) scan.push(chunk);
    };
    const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    if (compressed) await pipeline(stream, hashed, createGunzip({ chunkSize: CHUNK_BYTES }), look);
    else await pipeline(stream, hashed, look);
  } catch (cause) {
    throw new InputError('FILE_UNREADABLE', `${name} cannot be read: ${messageOf(cause)}`, {
      cause,
      remedy: compressed
        ? 'the compressed file is damaged: export or copy it again'
        : 'copy it again',
    });
  }
  return { ...scan.facts(), sha256: hash.digest('hex'), compressed };
}

async function isGzip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 1 })) {
    return (chunk as Buffer)[0] === 0x1f && (chunk as Buffer)[1] === 0x8b;
  }
  return false;
}

function encodingOf(scan: Scan): 'utf-8' | 'latin-1' | 'utf-16' {
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
