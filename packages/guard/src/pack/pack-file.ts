import { InputError } from '@counterfoil/core';
import type { StoredPayload } from '../log/entry.ts';

/** First member of a pack's first line. */
export const PACK_FORMAT = 'counterfoil-pack-v1';

/** Longest line: an entry and a payload, both escaped. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** A leaf as it goes into a pack. */
export interface PackLeaf extends StoredPayload {
  readonly entryText: string;
}

/** A pack's bytes or text, whole or in pieces. Files are handed in as bytes, so that a broken encoding is noticed. */
export type PackSource = string | AsyncIterable<string | Uint8Array>;

/** The lines of a source, which only U+000A ends. `InputError` where the last is not ended, one is too long, or they are not UTF-8. */
export async function* readLines(source: PackSource): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  try {
    for await (const piece of typeof source === 'string' ? [source] : source) {
      const lines = (rest + asText(piece, decoder)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > LINE_BYTES_MAX) throw malformed('a line is too long');
    }
    rest += decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? malformed('not UTF-8') : error;
  }
  if (rest !== '') throw malformed('the last line is cut off');
}

function asText(piece: string | Uint8Array, decoder: InstanceType<typeof TextDecoder>): string {
  return typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
}

function malformed(problem: string): InputError {
  return new InputError('PACK_MALFORMED', `not an evidence pack: ${problem}`, {
    remedy: 'export the pack again',
  });
}
