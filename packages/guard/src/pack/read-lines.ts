import { InputError } from '@counterfoil/core';

/** A pack's bytes or text, whole or in pieces. Files are handed in as bytes, so that a broken encoding is noticed. */
export type PackSource = string | AsyncIterable<string | Uint8Array>;

/** Longest line: an entry and a payload, both escaped. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * The lines of a source, without their line feeds. Throws `InputError` where the last one is not ended, a line is too long,
 * or the bytes are not UTF-8. Only U+000A ends a line.
 */
export async function* readLines(source: PackSource): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const piece of typeof source === 'string' ? [source] : source) {
    rest += typeof piece === 'string' ? piece : decode(decoder, piece);
    let start = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      yield rest.slice(start, end);
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > LINE_BYTES_MAX) throw malformed('a line is too long');
  }
  if (rest + decode(decoder) !== '') throw malformed('the last line is cut off');
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw new InputError('PACK_MALFORMED', 'the pack is not UTF-8', { cause });
  }
}

function malformed(problem: string): InputError {
  return new InputError('PACK_MALFORMED', `not an evidence pack: ${problem}`, {
    remedy: 'export the pack again',
  });
}
