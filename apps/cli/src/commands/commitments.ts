import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { JsonObject } from '@counterfoil/core';
import type { CommitmentsAnswer, ExpiryEntry } from '@counterfoil/costs';
import { readText, type CommandContext, type PlaceOptions } from '../command-context.ts';
import { renderCalendar, renderCommitments } from '../result/render-commitments.ts';
import { withLake } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface CommitmentsOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly calendar?: boolean;
  readonly ics?: boolean;
  readonly within?: number;
}

/** What the lake answers: the summary, and when commitments end. */
interface CommitmentsReply extends CommitmentsAnswer {
  readonly todayDate: string;
  readonly calendar: readonly ExpiryEntry[];
}

/** `commitments`: what commitments cover, how far they are used, when they end and what they save. */
export function addCommitmentsCommand(program: Command, context: CommandContext): void {
  const commitments = program
    .command('commitments')
    .description(
      'show coverage, utilisation and expiry of commitment discounts in the newest version, and the effective savings rate; exit code 1 if one ends within --within',
    )
    .option('--calendar', 'when each ends, the nearest first')
    .option('--ics', 'the same as an iCalendar file, for any calendar program')
    .option('--within <days>', 'only what ends within so many days', daysOf);
  withExamples(withJson(withPlaces(commitments)), [
    ['counterfoil commitments', 'after an ingest'],
    ['counterfoil commitments --calendar --within 60', 'what to renew or let go'],
    ['counterfoil commitments --ics > commitments.ics', ''],
    ['counterfoil commitments import contract-commitments.csv', 'terms from FOCUS 1.3 or 1.4'],
  ]).action((options: CommitmentsOptions) => showCommitments(context, options));
  const contracts = commitments
    .command('import')
    .argument('<file...>', 'FOCUS Contract Commitment datasets, CSV')
    .description(
      'take contract commitments as a side table: they say when terms end, and are never added to charges',
    );
  withExamples(withJson(withPlaces(contracts)), [
    ['counterfoil commitments import contract-commitments.csv', 'a later file replaces by id'],
  ]).action((files: readonly string[], _options: CommitmentsOptions, command: Command) =>
    importContracts(context, files, command.optsWithGlobals()),
  );
}

async function showCommitments(context: CommandContext, options: CommitmentsOptions) {
  const { terminal } = context;
  const { json, calendar, ics, within } = options;
  const { calendarIcs } = await import('@counterfoil/costs');
  await withLake(context, options, async (lake) => {
    const answer = (await lake.ask('commitments', {})) as unknown as CommitmentsReply;
    const entries = answer.calendar.filter(
      ({ daysLeft }) => within === undefined || (daysLeft >= 0 && daysLeft <= within),
    );
    if (json === true) printJson(terminal, { ...answer, calendar: entries });
    else if (ics === true) {
      const stamp = `${answer.todayDate.replaceAll('-', '')}T000000Z`;
      terminal.output.write(calendarIcs(entries, stamp));
    } else if (calendar === true) printLine(terminal, renderCalendar(entries, answer.todayDate));
    else printLine(terminal, renderCommitments(answer));
    if (within !== undefined && entries.length > 0) context.finish(EXIT.findings);
  });
}

async function importContracts(
  context: CommandContext,
  files: readonly string[],
  options: CommitmentsOptions,
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const { parseContractCommitments } = await import('@counterfoil/costs');
  const contracts = files.flatMap((name) =>
    parseContractCommitments(readText(resolve(workingDirectory, name)), name),
  );
  await withLake(context, options, async (lake) => {
    const request = { contracts } as unknown as JsonObject;
    const { added, count } = await lake.ask('contracts', request);
    if (options.json === true) printJson(terminal, { read: contracts.length, added, count });
    else {
      printLine(
        terminal,
        `${contracts.length} contract commitments read, ${String(added)} of them new; ${String(count)} are known now.`,
      );
    }
  });
}

function daysOf(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a whole number of days');
}
