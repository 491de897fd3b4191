import { InvalidArgumentError, type Command } from 'commander';
import { visibleText, type LogEntry } from '@counterfoil/core';
import { parseEntry } from '@counterfoil/guard';
import type { LeafRow, Store } from '@counterfoil/store';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { note, printJson, printLine, type Terminal } from '../terminal/terminal.ts';
import { listenForInterrupt, untilAborted } from '../up/interrupt.ts';
import { addEraseCommand } from './log-erase.ts';
import { addExportCommand } from './log-export.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface LogOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly case?: string;
  readonly limit: number;
}

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 1_000;
const QUARANTINE_HINT =
  'Each was written by that role and is no entry; the log names it in leaf_quarantined. Find out how it got in.';

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
  addQuarantineCommand(log, context);
  addEraseCommand(log, context);
  addExportCommand(log, context);
}

/** `log quarantine`. */
function addQuarantineCommand(log: Command, context: CommandContext): void {
  const quarantine = log
    .command('quarantine')
    .description('leaves that nobody can read and that therefore stay out of the log');
  withExamples(withJson(withPlaces(quarantine)), [['counterfoil log quarantine', '']]).action(
    (options: PlaceOptions & { readonly json?: boolean }) =>
      withOperator(context, options, ({ store }) => showQuarantine(context, store, options)),
  );
}

async function showQuarantine(
  { terminal, finish }: CommandContext,
  store: Store,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const leaves = await store.log.quarantined();
  if (leaves.length > 0) finish(EXIT.findings);
  if (json === true) {
    printJson(terminal, leaves);
    return;
  }
  for (const { leafId, quarantinedAt, actor, kind, caseId } of leaves) {
    const text = [`leaf ${leafId}`, quarantinedAt, actor.padEnd(12), kind, caseId ?? ''];
    printLine(terminal, visibleText(text.join('  ')));
  }
  note(terminal, leaves.length === 0 ? 'No leaf is under quarantine.' : QUARANTINE_HINT);
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
  const { length: quarantined } = await store.log.quarantined();
  if (quarantined > 0) {
    note(terminal, `${quarantined} unreadable leaves stay out of it: counterfoil log quarantine`);
  }
  if (follow !== true) {
    if (json === true) printJson(terminal, { size, quarantined, entries: rows.map(entryOf) });
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
