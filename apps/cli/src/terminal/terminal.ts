import { createColors } from 'picocolors';
import type { Writable } from 'node:stream';
import { visibleText } from '@counterfoil/core';

type Colours = ReturnType<typeof createColors>;

/** The streams of a command, and what they can show. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colours for standard output: only on a terminal, never with `NO_COLOR` (no-color.org) or a dumb terminal. */
export function coloursOf(terminal: Terminal, stream: 'output' | 'errors' = 'output'): Colours {
  const { NO_COLOR: refused, FORCE_COLOR: forced, TERM: kind } = terminal.environment;
  if (refused !== undefined && refused !== '') return createColors(false);
  if (forced !== undefined && forced !== '' && forced !== '0') return createColors(true);
  return createColors(terminal[stream].isTTY === true && kind !== 'dumb');
}

/** Writes one line to standard output. */
export function printLine(terminal: Terminal, line = ''): void {
  terminal.output.write(`${showable(line)}\n`);
}

/** Writes a value as indented JSON to standard output, and nothing else. What cannot be seen is written as its escape: the same data. */
export function printJson(terminal: Terminal, value: unknown): void {
  const text = JSON.stringify(value, null, 2).replaceAll(UNSEEN, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  terminal.output.write(`${text}\n`);
}

/** Writes one line to standard error: progress, warnings, what is going on. */
export function note(terminal: Terminal, line: string): void {
  terminal.errors.write(`${showable(line)}\n`);
}

/** Controls, formats, line separators and what else a terminal obeys or hides; JSON text has its own line feeds. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

/** The colours that this program itself uses; none of them hides what it colours. */
const OUR_COLOURS = /(\u001B\[(?:0|1|2|4|22|24|3[1-6]|39|90)m)/u;

/** Text as a terminal may show it: names and texts of tenants cannot move, hide or reorder anything, whoever forgot to look at them. */
export function showable(text: string): string {
  return text
    .split(OUR_COLOURS)
    .map((part) => (OUR_COLOURS.test(part) ? part : part.split('\n').map(visibleText).join('\n')))
    .join('');
}

/** What a stream says when whoever read it has gone, as `head` does when it has seen enough. */
const READER_GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/**
 * Lets a command finish its work after the reader of its output has gone; what it still says is dropped. Other
 * failures to write, such as a full disk, end the program as before.
 */
export function outliveReaders({ output, errors }: Pick<Terminal, 'output' | 'errors'>): void {
  for (const stream of [output, errors]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!READER_GONE.has(error.code ?? '')) throw error;
    });
  }
}
