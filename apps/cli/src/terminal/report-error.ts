import { PlatformError } from '@counterfoil/core';
import { coloursOf, showable, type Terminal } from './terminal.ts';

/** What every failing command says: a stable code, the problem in a sentence and what to do. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}

/** The report of any thrown value. What is not an operating error is a bug, and says so. */
export function errorReport(error: unknown): ErrorReport {
  if (error instanceof PlatformError) {
    return { code: error.code, message: error.message, remedy: error.remedy ?? null };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'BUG',
    message,
    remedy: 'this is a fault of the program: report it with the text above',
  };
}

/** Writes the report to standard error: one JSON object with `--json`, otherwise a sentence and the remedy. */
export function reportError(terminal: Terminal, error: unknown, format: 'text' | 'json'): void {
  const report = errorReport(error);
  if (format === 'json') {
    terminal.errors.write(`${JSON.stringify({ error: report })}\n`);
    return;
  }
  const colours = coloursOf(terminal, 'errors');
  terminal.errors.write(
    `${colours.red('error')} ${showable(report.message)} ${colours.dim(`[${report.code}]`)}\n`,
  );
  if (report.remedy !== null) terminal.errors.write(`What to do: ${showable(report.remedy)}\n`);
}
