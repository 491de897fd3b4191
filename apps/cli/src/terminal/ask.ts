import { createInterface } from 'node:readline/promises';
import { InputError } from '@counterfoil/core';
import type { Terminal } from './terminal.ts';

/** Asks a question that only `y` or `yes` answers with yes. Without a terminal nobody can answer, so `--yes` is needed. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  if (terminal.input.isTTY !== true || terminal.errors.isTTY !== true) {
    throw new InputError(
      'CONFIRMATION_MISSING',
      `"${question}" needs an answer and this is not a terminal`,
      {
        remedy: 'read what is asked, then give --yes',
      },
    );
  }
  const dialogue = createInterface({ input: terminal.input, output: terminal.errors });
  try {
    const answer = await dialogue.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    dialogue.close();
  }
}
