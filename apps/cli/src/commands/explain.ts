import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Reach } from '@counterfoil/costs';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { note, printJson, printLine, type Terminal } from '../terminal/terminal.ts';
import { withExamples, withJson } from './options.ts';

interface ExplainOptions {
  readonly table: string;
  readonly dimensions: readonly string[];
  readonly actual: string;
  readonly expected: string;
  readonly json?: boolean;
}

/** `explain`: the root-cause search by itself, on any table; needs no installation. */
export function addExplainCommand(program: Command, context: CommandContext): void {
  const explain = program
    .command('explain')
    .description(
      'find the smallest set of attribute combinations that explains why a table’s actual figures differ from the expected ones; exit code 1 if there is any',
    )
    .requiredOption('--table <file>', 'CSV (also gzipped) or Parquet')
    .requiredOption(
      '--dimensions <names>',
      'columns to explain by, separated by commas',
      parseNames,
    )
    .requiredOption('--actual <column>', 'column of what was measured')
    .requiredOption('--expected <column>', 'column of what was expected');
  withExamples(withJson(explain), [
    [
      'counterfoil explain --table t.csv --dimensions region,service --actual real --expected predict',
      '',
    ],
  ]).action((options: ExplainOptions) => explainFile(context, options));
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('write column names separated by commas');
}

/** Says on standard error what a table was too wide or too large to be searched for. */
function noteReach(terminal: Terminal, dimensions: readonly string[], reach: Reach): void {
  const left = dimensions.filter((name) => !reach.dimensions.includes(name));
  if (left.length > 0) {
    note(terminal, `Not searched, since others explain more of the change: ${left.join(', ')}.`);
  }
  if (reach.layersMax < dimensions.length) {
    note(terminal, `Combinations of up to ${reach.layersMax} dimensions were searched.`);
  }
}

async function explainFile(context: CommandContext, options: ExplainOptions): Promise<void> {
  const { terminal, workingDirectory } = context;
  // Loaded here: the database engine behind it takes longer to load than most commands take to run.
  const { explainTable } = await import('@counterfoil/costs');
  const { dimensions, actual, expected, table } = options;
  const file = resolve(workingDirectory, table);
  const nowMs = () => performance.now();
  const request = { file, dimensions, actual, expected, nowMs };
  const { causes, elapsedMs, reach } = await explainTable(request);
  noteReach(terminal, dimensions, reach);
  if (causes.length > 0) context.finish(EXIT.findings);
  if (options.json === true) {
    printJson(terminal, { causes, elapsedMs });
    return;
  }
  if (causes.length === 0) {
    printLine(terminal, 'Nothing explains the difference.');
    return;
  }
  const rows = causes.map(({ where, delta, share, score }) => [
    Object.entries(where)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    String(Math.round(delta * 100) / 100),
    `${Math.round(share * 1000) / 10} %`,
    score.toFixed(2),
  ]);
  const right = { align: 'right' as const };
  const columns = [
    { title: 'WHERE' },
    { title: 'CHANGE', ...right },
    { title: 'SHARE', ...right },
    { title: 'SCORE', ...right },
  ];
  printLine(terminal, renderTable(columns, rows));
}
