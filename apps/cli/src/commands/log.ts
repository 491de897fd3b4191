import { InvalidArgumentError, type Command } from 'commander';
import { visibleText, type LogEntry } from '@counterfoil/core';
import { parseEntry } from '@counterfoil/guard';
import type { LeafRow, Store } from '@counterfoil/store';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { note, printJson, printLine, type Terminal } from '../terminal/terminal.ts';
import { listenForInterrupt, untilAborted } from '../up/interrupt.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface LogOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly case?: string;
  readonly limit: number;
}

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 1_000;

/** `log show`. */
export function addLogCommands(program: Command, context: CommandContext): void {
  const log = program.command('log').description('read the transparency log');
  const show = log
    .command('show')
    .option('--follow', 'stay and print new entries as they are integrated')
    .option('--case <id>', 'only entries of this case')
    .option(
      '--limit <number>',
      `newest entries to print, at most ${LIMIT_MAX}`,
      parseLimit,
      LIMIT_DEFAULT,
    )
    .description('print entries, oldest first; with --follow --json one JSON object a line');
  withExamples(withJson(withPlaces(show)), [
    ['counterfoil log show --limit 20', 'the last twenty'],
    ['counterfoil log show --follow --case case_8Qx…', 'watch one case'],
  ]).action((options: LogOptions) =>
    withOperator(context, options, (session) => showLog(context, session, options)),
  );
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`write a number from 1 to ${LIMIT_MAX}`);
}

async function showLog(
  { terminal }: CommandContext,
  { store }: OperatorSession,
  options: LogOptions,
): Promise<void> {
  const { limit, json, follow } = options;
  const filter = options.case === undefined ? {} : { caseId: options.case };
  const size = (await store.log.checkpoint())?.size ?? 0;
  const newest = await store.log.entries({
    fromIndex: Math.max(size - 1, 0),
    limit,
    order: 'descending',
    ...filter,
  });
  const rows = newest.toReversed();
  if (follow !== true) {
    if (json === true) printJson(terminal, { size, entries: rows.map(entryOf) });
    else printRows(terminal, rows, 'text');
    if (rows.length === 0) note(terminal, 'No entries.');
    return;
  }
  const format = json === true ? 'json' : 'text';
  printRows(terminal, rows, format);
  await followLog(store, {
    nextIndex: (rows.at(-1)?.index ?? -1) + 1,
    filter,
    print: (more) => printRows(terminal, more, format),
  });
}

interface Following {
  readonly nextIndex: number;
  readonly filter: { readonly caseId?: string };
  readonly print: (rows: readonly LeafRow[]) => void;
}

async function followLog(store: Store, { nextIndex, filter, print }: Following): Promise<void> {
  const interrupt = listenForInterrupt(process, () => process.exit(130));
  let next = nextIndex;
  // Reads one after the other, so that two wake-ups never print the same entry twice.
  let reading = Promise.resolve();
  const read = async () => {
    const rows = await store.log.entries({
      fromIndex: next,
      limit: LIMIT_MAX,
      order: 'ascending',
      ...filter,
    });
    print(rows);
    next = (rows.at(-1)?.index ?? next - 1) + 1;
  };
  const unsubscribe = await store.changes.subscribe('checkpoint', () => {
    reading = reading.then(read);
  });
  await read();
  await untilAborted(interrupt.signal);
  await unsubscribe();
  await reading;
  interrupt.close();
}

function entryOf(row: LeafRow): { readonly index: number | null; readonly entry: LogEntry } {
  return { index: row.index, entry: parseEntry(row.entryText) };
}

function printRows(terminal: Terminal, rows: readonly LeafRow[], format: 'text' | 'json'): void {
  for (const row of rows) {
    const { index, entry } = entryOf(row);
    if (format === 'json') terminal.output.write(`${JSON.stringify({ index, entry })}\n`);
    else printLine(terminal, lineOf(index, entry));
  }
}

function lineOf(index: number | null, { at, actor, kind, caseId, facts }: LogEntry): string {
  const stated = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
  const place = String(index ?? '').padStart(6);
  return visibleText([place, at, actor.padEnd(12), kind, caseId ?? '', ...stated].join('  '));
}
