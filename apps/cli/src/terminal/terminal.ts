import { createColors } from 'picocolors';
import type { Writable } from 'node:stream';

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
  terminal.output.write(`${line}\n`);
}

/** Writes a value as indented JSON to standard output, and nothing else. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.output.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes one line to standard error: progress, warnings, what is going on. */
export function note(terminal: Terminal, line: string): void {
  terminal.errors.write(`${line}\n`);
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
