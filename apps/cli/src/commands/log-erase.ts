import { InvalidArgumentError, type Command } from 'commander';
import { readText } from '@counterfoil/core';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { confirm } from '../terminal/ask.ts';
import { note, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface EraseOptions extends PlaceOptions {
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const REASON_CHARACTERS_MAX = 300;

/** `log erase`, below `log`. */
export function addEraseCommand(log: Command, context: CommandContext): void {
  const erase = log
    .command('erase')
    .argument('<entry>', 'its number, as `counterfoil log show` prints it', parseIndex)
    .requiredOption('--reason <text>', 'why; it is logged for good, so name no person in it')
    .option('--yes', 'do not ask')
    .description(
      'erase what a person wrote in a review of a case that is over; the entry and every proof stay',
    );
  withExamples(withJson(withPlaces(erase)), [
    ['counterfoil log erase 118 --reason "request 2026-17 under the LGPD"', ''],
    ['counterfoil verify pack.ndjson --trust trust.json --accept-erased', 'packs made afterwards'],
  ]).action((index: number, options: EraseOptions) =>
    withOperator(context, options, (session) => eraseEntry(context, session, { index, options })),
  );
}

function parseIndex(text: string): number {
  const index = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(index)) return index;
  throw new InvalidArgumentError('write the number of an entry, such as 118');
}

async function eraseEntry(
  { terminal }: CommandContext,
  { store }: OperatorSession,
  { index, options }: { readonly index: number; readonly options: EraseOptions },
): Promise<void> {
  const bounds = { charactersMax: REASON_CHARACTERS_MAX, lines: 'one' } as const;
  const reason = readText('--reason', options.reason, bounds);
  const question = `Erase the payload of entry ${index} for good? Backups and packs made before still hold it.`;
  if (options.yes !== true && !(await confirm(terminal, question))) {
    note(terminal, 'Nothing was erased.');
    return;
  }
  const { kind } = await store.log.erase(index, reason);
  if (options.json === true) printJson(terminal, { index, kind, reason });
  else printLine(terminal, `Entry ${index} (${kind}): its payload is erased, and the log says so.`);
}
