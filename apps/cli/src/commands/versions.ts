import type { Command } from 'commander';
import type { JsonObject } from '@counterfoil/core';
import type { VersionsDiff } from '@counterfoil/costs';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { renderDiff } from '../result/render-diff.ts';
import { withLake } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface VersionsOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `versions`: what the lake holds, and what a restatement changed. */
export function addVersionCommands(program: Command, context: CommandContext): void {
  const versions = program
    .command('versions')
    .description('the versions of the lake: each ingest made one, and none ever changes');
  const list = versions.command('list').description('all versions, the newest first');
  withExamples(withJson(withPlaces(list)), [['counterfoil versions list', 'what is there']]).action(
    (options: VersionsOptions) => listVersions(context, options),
  );
  const diff = versions
    .command('diff')
    .argument('[older]', 'id of a version (default: the one before the newest)')
    .argument('[newer]', 'id of a version (default: the newest)')
    .description(
      'which billing periods came, went or were restated, by how much, and where; exit code 1 if anything differs',
    );
  withExamples(withJson(withPlaces(diff)), [
    ['counterfoil versions diff', 'what the last ingest changed'],
    ['counterfoil versions diff v-1234… v-5678… --json', 'two versions by their ids'],
  ]).action((older: string | undefined, newer: string | undefined, options: VersionsOptions) =>
    diffVersions(context, { older, newer }, options),
  );
}

async function listVersions(context: CommandContext, options: VersionsOptions): Promise<void> {
  const { terminal } = context;
  await withLake(context, options, async (lake) => {
    const versions = await lake.versions();
    if (options.json === true) return printJson(terminal, { versions });
    if (versions.length === 0) {
      return printLine(terminal, 'The lake is empty: counterfoil ingest <path>… makes a version.');
    }
    const right = { align: 'right' } as const;
    const table = renderTable(
      [
        { title: 'VERSION' },
        { title: 'INGESTED (UTC)' },
        { title: 'FROM' },
        { title: 'TO' },
        { title: 'FILES', ...right },
        { title: 'ROWS', ...right },
        { title: 'CURRENCY' },
        { title: 'TOTALS' },
      ],
      versions.map((one) => [
        one.versionId,
        one.ingestedAt.slice(0, 16).replace('T', ' '),
        one.fromDate,
        one.toDate,
        String(one.files.length),
        String(one.rowsLoaded),
        one.currencies.join(' '),
        one.reconciled ? 'reconciled' : `${one.difference} off`,
      ]),
    );
    printLine(terminal, table);
  });
}

interface Asked {
  readonly older: string | undefined;
  readonly newer: string | undefined;
}

async function diffVersions(
  context: CommandContext,
  { older, newer }: Asked,
  options: VersionsOptions,
): Promise<void> {
  const { terminal } = context;
  const asked: JsonObject = {
    ...(older !== undefined && { older }),
    ...(newer !== undefined && { newer }),
  };
  await withLake(context, options, async (lake) => {
    const diff = (await lake.ask('diff', asked)) as unknown as VersionsDiff;
    if (options.json === true) printJson(terminal, diff);
    else printLine(terminal, renderDiff(diff));
    if (diff.periods.length > 0) context.finish(EXIT.findings);
  });
}
