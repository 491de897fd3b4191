import type { Command } from 'commander';
import { diffManifests, InputError, type RecordedRelease } from '@counterfoil/core';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface ReleaseOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `releases list`, `show` and `diff`. */
export function addReleaseCommands(program: Command, context: CommandContext): void {
  const releases = program
    .command('releases')
    .description('what ran under which name of an agent release, as the log has it');
  const list = releases.command('list').description('every contents that ran, oldest first');
  withExamples(withJson(withPlaces(list)), [['counterfoil releases list', '']]).action(
    (options: ReleaseOptions) => listReleases(context, options),
  );
  const show = releases
    .command('show')
    .argument('<release>', 'a name (its newest contents), or eight digits of a hash')
    .description('tools, action kinds, data files and parameters of one release');
  withExamples(withJson(withPlaces(show)), [['counterfoil releases show playbooks-1', '']]).action(
    (release: string, options: ReleaseOptions) => showRelease(context, release, options),
  );
  const diff = releases
    .command('diff')
    .argument('<before>', 'a name, or eight digits of a hash')
    .argument('<after>', 'the same')
    .description('what differs between two; exit code 1 if anything does');
  withExamples(withJson(withPlaces(diff)), [
    ['counterfoil releases diff 3f2a91c0 playbooks-1', ''],
  ]).action((before: string, after: string, options: ReleaseOptions) =>
    diffReleases(context, [before, after], options),
  );
}

async function listReleases(context: CommandContext, options: ReleaseOptions): Promise<void> {
  const { terminal } = context;
  await withOperator(context, options, async ({ store }) => {
    const rows = (await store.autonomy.releases()).map(({ name, releaseSha256, atMs }) => ({
      ...{ name, releaseSha256, at: new Date(atMs).toISOString() },
    }));
    if (options.json === true) return printJson(terminal, rows);
    if (rows.length === 0) return printLine(terminal, 'No agent has run here yet.');
    const titles = ['NAME', 'HASH', 'SINCE'].map((title) => ({ title }));
    const cells = rows.map((row) => [row.name, row.releaseSha256.slice(0, 12), row.at]);
    printLine(terminal, renderTable(titles, cells));
  });
}

async function showRelease(
  context: CommandContext,
  text: string,
  options: ReleaseOptions,
): Promise<void> {
  await withOperator(context, options, async ({ store }) => {
    const { atMs, ...release } = findRelease(await store.autonomy.releases(), text);
    const shown = { ...release, at: new Date(atMs).toISOString() };
    if (options.json === true) printJson(context.terminal, shown);
    else printLine(context.terminal, JSON.stringify(shown, null, 2));
  });
}

async function diffReleases(
  context: CommandContext,
  [before, after]: readonly [string, string],
  options: ReleaseOptions,
): Promise<void> {
  const { terminal } = context;
  await withOperator(context, options, async ({ store }) => {
    const releases = await store.autonomy.releases();
    const differences = diffManifests(
      findRelease(releases, before).manifest,
      findRelease(releases, after).manifest,
    );
    if (differences.length > 0) context.finish(EXIT.findings);
    if (options.json === true) return printJson(terminal, differences);
    if (differences.length === 0) return printLine(terminal, 'They are made of the same.');
    const titles = ['PART', 'BEFORE', 'AFTER'].map((title) => ({ title }));
    const cells = differences.map((one) => [
      ...[one.part, one.before.slice(0, 24), one.after.slice(0, 24)],
    ]);
    printLine(terminal, renderTable(titles, cells));
  });
}

const DIGITS_MIN = 8;

function findRelease(releases: readonly RecordedRelease[], text: string): RecordedRelease {
  const named = releases.findLast(({ name }) => name === text);
  const isHash = text.length >= DIGITS_MIN;
  const found = named ?? releases.findLast((one) => isHash && one.releaseSha256.startsWith(text));
  if (found) return found;
  throw new InputError('RELEASE_UNKNOWN', `no release ran here as ${text}`, {
    remedy: '`counterfoil releases list` shows those that did',
  });
}
