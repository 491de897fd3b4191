import { PassThrough } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** A terminal that keeps what is written to it; not a TTY, so nothing asks and nothing is coloured. */
export function fakeTerminal(environment: Terminal['environment'] = {}): {
  readonly terminal: Terminal;
  readonly output: () => string;
  readonly errors: () => string;
} {
  const output = new PassThrough();
  const errors = new PassThrough();
  const textOf = (stream: PassThrough) => {
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    return () => {
      const rest = stream.read() as Buffer | null;
      return chunks.join('') + (rest?.toString() ?? '');
    };
  };
  return {
    terminal: { input: new PassThrough(), output, errors, environment },
    output: textOf(output),
    errors: textOf(errors),
  };
}
