import { isUtf8 } from 'node:buffer';

const HEAD_BYTES_MAX = 1 << 20;
const NUL_BYTES_COUNTED_MAX = 1_000_000;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CELL_ENDS = new Set([...',;|"\t\r\n'].map((char) => char.charCodeAt(0)));
/** Enough of the end of a chunk to find a word that the next chunk completes. */
const OVERLAP_BYTES = 8;

/** What the bytes of a text file say, whatever they mean. */
export interface ByteFacts {
  /** The first megabyte. */
  readonly head: Buffer;
  readonly utf8: boolean;
  /** The same, but for a character that the last byte leaves unfinished. */
  readonly utf8SoFar: boolean;
  /** At most a million are counted. */
  readonly nulBytes: number;
  /** Whether NULL or null stands between two things that can end a cell. */
  readonly nullWords: boolean;
  /** Whether lines end in CRLF in one place and in a bare LF in another (which a quoted cell may hold). */
  readonly lineEndsMixed: boolean;
}

/** Collects {@link ByteFacts} chunk by chunk. */
export interface ByteScan {
  push(chunk: Buffer): void;
  facts(): ByteFacts;
}

/** Starts a scan. Memory stays at two megabytes whatever the size of the file. */
export function createByteScan(): ByteScan {
  let head: Buffer = Buffer.alloc(0);
  let last: Buffer = Buffer.alloc(0);
  /** Bytes of a character that the end of the last chunk cut. */
  let cut: Buffer = Buffer.alloc(0);
  let utf8 = true;
  let nulBytes = 0;
  let nullWords = false;
  const lineEnds = { crlf: false, lf: false };
  return {
    push(chunk) {
      if (head.length < HEAD_BYTES_MAX) {
        head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES_MAX);
      }
      nulBytes = countNulBytes(chunk, nulBytes);
      const seam = Buffer.concat([last, chunk.subarray(0, OVERLAP_BYTES)]);
      nullWords ||= hasNullWord(seam) || hasNullWord(chunk);
      findLineEnds(chunk, last.at(-1), lineEnds);
      last = Buffer.from(chunk.subarray(-OVERLAP_BYTES));
      if (!utf8) return;
      const bytes = cut.length > 0 ? Buffer.concat([cut, chunk]) : chunk;
      const end = lastCharacterStart(bytes);
      utf8 = isUtf8(bytes.subarray(0, end));
      cut = Buffer.from(bytes.subarray(end));
    },
    facts: () => ({
      head,
      utf8: utf8 && isUtf8(cut),
      utf8SoFar: utf8,
      nulBytes,
      nullWords,
      lineEndsMixed: lineEnds.crlf && lineEnds.lf,
    }),
  };
}

function countNulBytes(chunk: Buffer, before: number): number {
  let count = before;
  for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, at + 1)) {
    if (count >= NUL_BYTES_COUNTED_MAX) return count;
    count++;
  }
  return count;
}

function hasNullWord(bytes: Buffer): boolean {
  return ['NULL', 'null'].some((word) => {
    for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) {
      const before = bytes[at - 1];
      const behind = bytes[at + word.length];
      if (before !== undefined && !CELL_ENDS.has(before)) continue;
      if (behind === undefined || CELL_ENDS.has(behind)) return true;
    }
    return false;
  });
}

function findLineEnds(
  chunk: Buffer,
  before: number | undefined,
  found: { crlf: boolean; lf: boolean },
): void {
  if (found.crlf && found.lf) return;
  for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) {
    const previous = at === 0 ? before : chunk[at - 1];
    if (previous === CARRIAGE_RETURN) found.crlf = true;
    else found.lf = true;
    if (found.crlf && found.lf) return;
    if (found.lf && !chunk.includes(CARRIAGE_RETURN, at)) return;
  }
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
