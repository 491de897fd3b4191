import { resolve } from 'node:path';
import {
  diffBundles,
  readBase,
  readBundle,
  readCases,
  type AskedBoth,
  type BundleDifference,
} from '@counterfoil/policy';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { answerText } from './answer-text.ts';

/** What `policy diff` is told. */
export interface DiffOptions extends PlaceOptions {
  readonly json?: boolean;
  /** How many of the newest recorded questions are asked again; absent: none. */
  readonly recorded?: number;
}

/** `policy diff`: what changes from one bundle to another, for whom. */
export async function compareDirectories(
  context: CommandContext,
  [before, after]: readonly [string, string],
  options: DiffOptions,
): Promise<void> {
  const { terminal } = context;
  const [from, to] = [before, after].map((path) => resolve(context.workingDirectory, path));
  const [first, second] = [readBundle(from ?? ''), readBundle(to ?? '')];
  const base = readBase(to ?? '') ?? readBase(from ?? '');
  const recorded = options.recorded === undefined ? [] : await recordedQuestions(context, options);
  const cases = distinct([...casesOf(from ?? ''), ...casesOf(to ?? '')]);
  const questions = [...cases, ...recorded];
  const difference = diffBundles(first.bundle, second.bundle, { base, questions });
  if (difference.differences.length > 0) context.finish(EXIT.findings);
  if (options.json === true) printJson(terminal, difference);
  else printLine(terminal, renderDifference(difference));
}

function casesOf(directory: string): readonly AskedBoth[] {
  return readCases(directory)
    .filter(({ only }) => only === undefined)
    .map(({ name, question }) => ({ origin: 'case', name, question }));
}

/** Most cases stand in both directories alike. */
function distinct(questions: readonly AskedBoth[]): readonly AskedBoth[] {
  return [...new Map(questions.map((one) => [JSON.stringify(one), one])).values()];
}

async function recordedQuestions(
  context: CommandContext,
  options: DiffOptions,
): Promise<readonly AskedBoth[]> {
  let found: readonly AskedBoth[] = [];
  await withOperator(context, options, async ({ store }) => {
    const questions = await store.policies.questions(options.recorded ?? 0);
    found = questions.map(({ digest, at, question }) => ({
      origin: 'recorded',
      name: `${digest.slice(7, 19)} ${at}`,
      question,
    }));
  });
  return found;
}

const ROWS_MAX = 60;

function renderDifference({ asked, differences, ...texts }: BundleDifference): string {
  const listed = (what: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : [`${what}: ${ids.join(', ')}`];
  const rows = differences
    .slice(0, ROWS_MAX)
    .map(({ origin, name, before, after }) => [
      origin,
      name,
      answerText(before),
      answerText(after),
    ]);
  const titles = ['FROM', 'QUESTION', 'BEFORE', 'AFTER'].map((title) => ({ title }));
  const more = differences.length - rows.length;
  return [
    ...listed('Added', texts.added),
    ...listed('Removed', texts.removed),
    ...listed('Changed', texts.changed),
    `Asked both: ${asked.case} cases, ${asked.grid} of the grid, ${asked.recorded} recorded questions.`,
    differences.length === 0
      ? 'No answer changes.'
      : `${differences.length} answers change.\n\n${renderTable(titles, rows)}`,
    ...(more > 0 ? [`… and ${more} more; --json has all of them.`] : []),
  ].join('\n');
}
