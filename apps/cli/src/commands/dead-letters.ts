import { Argument, type Command } from 'commander';
import { visibleText } from '@counterfoil/core';
import { openDeadLetters, type DeadLetter, type DeadLetters } from '@counterfoil/store';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface DeadLetterOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `dead-letters list` and `redrive`. */
export function addDeadLetterCommands(program: Command, context: CommandContext): void {
  const family = program.command('dead-letters').description('steps that failed for the last time');
  const list = family
    .command('list')
    .description('list them, oldest first; exit code 1 if there are any');
  withExamples(withJson(withPlaces(list)), [['counterfoil dead-letters list', '']]).action(
    (options: DeadLetterOptions) =>
      withDeadLetters(context, options, (letters) => listLetters(context, letters, options)),
  );
  const redrive = family
    .command('redrive')
    .addArgument(new Argument('<queue>', 'its queue').choices(['agent', 'executor']))
    .argument('<job>', 'its number')
    .description('give a step all its attempts again; it is decided anew, never repeated blindly');
  withExamples(withJson(withPlaces(redrive)), [
    ['counterfoil dead-letters redrive agent 42', ''],
  ]).action((queue: DeadLetter['queue'], jobId: string, options: DeadLetterOptions) =>
    withDeadLetters(context, options, async (letters) => {
      await letters.redrive(queue, jobId);
      if (options.json === true) printJson(context.terminal, { queue, jobId, status: 'redriven' });
      else printLine(context.terminal, `Job ${jobId} of the ${queue} is tried again.`);
    }),
  );
}

async function withDeadLetters(
  context: CommandContext,
  options: DeadLetterOptions,
  work: (letters: DeadLetters) => Promise<void>,
): Promise<void> {
  await withOperator(context, options, async ({ databaseUrl }) => {
    const letters = openDeadLetters(databaseUrl);
    try {
      await work(letters);
    } finally {
      await letters.close();
    }
  });
}

async function listLetters(
  context: CommandContext,
  letters: DeadLetters,
  { json }: DeadLetterOptions,
): Promise<void> {
  const { terminal } = context;
  const found = await letters.list();
  if (found.length > 0) context.finish(EXIT.findings);
  if (json === true) {
    printJson(terminal, found);
    return;
  }
  if (found.length === 0) {
    printLine(terminal, 'No dead letters.');
    return;
  }
  const rows = found.map(({ queue, jobId, task, attempts, failedAt, lastError }) => [
    queue,
    jobId,
    task,
    String(attempts),
    failedAt,
    visibleText(lastError.split('\n')[0] ?? ''),
  ]);
  const titles = ['QUEUE', 'JOB', 'STEP', 'ATTEMPTS', 'FAILED', 'ERROR'];
  printLine(
    terminal,
    renderTable(
      titles.map((title) => ({ title })),
      rows,
    ),
  );
}
