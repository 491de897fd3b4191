import { resolve } from 'node:path';
import { readBundle, reportShadow, type ShadowReport } from '@counterfoil/policy';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';

/** What the shadow commands are told. */
export interface ShadowOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly limit?: number;
}

/** `policy shadow on`: from now on these policies are asked beside those in effect, without any effect. */
export async function startShadow(
  context: CommandContext,
  directory: string,
  options: ShadowOptions,
): Promise<void> {
  const { files, bundle } = readBundle(resolve(context.workingDirectory, directory));
  await withOperator(context, options, async ({ store }) => {
    await store.policies.chooseShadow({ bundleSha256: bundle.sha256, files });
    if (options.json === true) printJson(context.terminal, { shadowSha256: bundle.sha256 });
    else {
      const said = `Asked beside those in effect from the next decision on: ${bundle.sha256}`;
      printLine(context.terminal, said);
    }
  });
}

/** `policy shadow off`. */
export async function stopShadow(context: CommandContext, options: ShadowOptions): Promise<void> {
  await withOperator(context, options, async ({ store }) => {
    await store.policies.chooseShadow(null);
    if (options.json === true) printJson(context.terminal, { shadowSha256: null });
    else printLine(context.terminal, 'Only the policies in effect are asked.');
  });
}

const LIMIT = 10_000;

/** `policy shadow report`: what the second bundle would have changed. Exit code 1 where it would have. */
export async function showShadow(context: CommandContext, options: ShadowOptions): Promise<void> {
  const { terminal } = context;
  await withOperator(context, options, async ({ store }) => {
    const reports = reportShadow(await store.policies.shadowAnswers(options.limit ?? LIMIT));
    if (reports.some(({ differences }) => differences.length > 0)) context.finish(EXIT.findings);
    if (options.json === true) printJson(terminal, reports);
    else if (reports.length === 0) printLine(terminal, 'No second bundle has been asked yet.');
    else printLine(terminal, reports.map(render).join('\n\n'));
  });
}

function render({ shadowSha256, decisions, same, differences }: ShadowReport): string {
  const head = `Bundle ${shadowSha256}: ${same} of ${decisions} decisions the same.`;
  if (differences.length === 0) return head;
  const columns = [
    { title: 'TIMES', align: 'right' as const },
    { title: 'ANSWERED' },
    { title: 'WOULD HAVE ANSWERED' },
    { title: 'NEWEST' },
  ];
  const rows = differences.map(({ count, answered, shadowAnswered, examples }) => [
    ...[String(count), answered, shadowAnswered, examples[0]?.slice(7, 19) ?? ''],
  ]);
  return `${head}\n\n${renderTable(columns, rows)}`;
}
