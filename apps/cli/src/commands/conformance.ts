import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { InputError } from '@counterfoil/core';
import type { ConformanceReport } from '@counterfoil/costs';
import {
  loadConfiguration,
  readText,
  type CommandContext,
  type LoadedConfiguration,
  type PlaceOptions,
} from '../command-context.ts';
import { renderConformance } from '../result/render-conformance.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson } from './options.ts';

interface ConformanceOptions extends Pick<PlaceOptions, 'config'> {
  readonly model?: string;
  readonly supports: readonly string[];
  readonly lacks: readonly string[];
  readonly json?: boolean;
}

/** `conformance`: holds files against a FOCUS requirement model; needs no installation. */
export function addConformanceCommand(program: Command, context: CommandContext): void {
  const conformance = program
    .command('conformance')
    .argument('<file...>', 'CSV (also gzipped) or Parquet')
    .description(
      'judge every rule of a FOCUS requirement model on each file; exit code 1 if a MUST rule fails or a record cannot be read',
    )
    .option('--model <file>', 'requirement model (default: lake.focusModelFile)')
    .option('--config <file>', 'configuration (default: counterfoil.yaml, or COUNTERFOIL_CONFIG)')
    .option('--supports <criteria>', 'criteria known to be met, by commas', parseNames, [])
    .option('--lacks <criteria>', 'criteria known not to be met, by commas', parseNames, []);
  withExamples(withJson(conformance), [
    ['counterfoil conformance march.csv --model model-1.2.json', 'what fails, and the score'],
    ['counterfoil conformance *.parquet --json', 'every verdict'],
    [
      'counterfoil conformance march.csv --lacks CAPACITY_RESERVATION_SUPPORTED',
      'what the rows do not show',
    ],
  ]).action((files: readonly string[], options: ConformanceOptions) =>
    judgeFiles(context, files, options),
  );
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('write criteria separated by commas');
}

async function judgeFiles(
  context: CommandContext,
  files: readonly string[],
  options: ConformanceOptions,
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const loaded = loadConfiguration(context, options);
  const modelText = readText(modelFile(context, options, loaded));
  // Loaded here: the database engine behind it takes longer to load than most commands take to run.
  const { checkConformance, parseFocusModel } = await import('@counterfoil/costs');
  const model = parseFocusModel(modelText);
  const { memoryLimitMb } = loaded.configuration.lake;
  const criteria = criteriaOf(options);
  const workDirectory = mkdtempSync(join(tmpdir(), 'counterfoil-'));
  const reports: ConformanceReport[] = [];
  try {
    for (const name of files) {
      const file = resolve(workingDirectory, name);
      reports.push(await checkConformance({ model, file, workDirectory, memoryLimitMb, criteria }));
    }
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
  if (reports.some(isFinding)) context.finish(EXIT.findings);
  if (options.json === true) printJson(terminal, { reports });
  else printLine(terminal, reports.map(renderConformance).join('\n\n'));
}

function isFinding({ counts, recordsUnreadable }: ConformanceReport): boolean {
  return counts.must.fail > 0 || recordsUnreadable > 0;
}

/** The model that is meant: the product carries none. */
function modelFile(
  { workingDirectory }: CommandContext,
  { model }: ConformanceOptions,
  { configuration, file }: LoadedConfiguration,
): string {
  if (model !== undefined) return resolve(workingDirectory, model);
  const { focusModelFile } = configuration.lake;
  if (focusModelFile !== undefined && file !== null) return resolve(dirname(file), focusModelFile);
  throw new InputError('MODEL_MISSING', 'no FOCUS requirement model is named', {
    remedy: 'give --model FILE, or set lake.focusModelFile in the configuration',
  });
}

function criteriaOf({ supports, lacks }: ConformanceOptions): ReadonlyMap<string, boolean> {
  const both = supports.find((name) => lacks.includes(name));
  if (both !== undefined) {
    throw new InputError('CRITERION_CONTRADICTED', `${both} is said to be both met and not met`, {
      remedy: 'name it in --supports or in --lacks',
    });
  }
  return new Map([
    ...supports.map((name) => [name, true] as const),
    ...lacks.map((name) => [name, false] as const),
  ]);
}
