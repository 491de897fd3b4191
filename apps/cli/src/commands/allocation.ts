import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { InputError, type JsonObject } from '@counterfoil/core';
import type { CoverageAnswer, ShowbackAnswer, SuggestAnswer } from '@counterfoil/costs';
import {
  extentRequest,
  metricsRequest,
  readTaxonomy,
  taxonomyFile,
  taxonomyRequest,
  withExtent,
  withTaxonomy,
  type ExtentOptions,
  type TaxonomyOptions,
} from '../allocation/inputs.ts';
import { loadConfiguration, type CommandContext } from '../command-context.ts';
import { renderCoverage } from '../result/render-coverage.ts';
import { renderShowback, showbackCsv } from '../result/render-showback.ts';
import { renderSuggestions } from '../result/render-suggestions.ts';
import { withLake } from '../state/operator-session.ts';
import { writeWhole } from '../state/write-whole.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { note, printJson, printLine } from '../terminal/terminal.ts';
import { addAllocationReport } from './allocation-report.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface AllocationOptions extends ExtentOptions, TaxonomyOptions {
  readonly json?: boolean;
}

interface CoverageOptions extends AllocationOptions {
  readonly gate?: number;
  readonly top?: number;
}

interface ShowbackOptions extends AllocationOptions {
  readonly by?: string;
  readonly metrics?: string;
  readonly csv?: boolean;
}

interface SuggestOptions extends AllocationOptions {
  readonly write?: string;
}

/** `allocation`: what is tagged, whose costs are whose, and what a taxonomy could hold. */
export function addAllocationCommands(program: Command, context: CommandContext): void {
  const allocation = program
    .command('allocation')
    .description('whose costs are whose: tag coverage, showback, and the taxonomy of tags');
  withExamples(allocation, [
    ['counterfoil allocation coverage --keys CostCenter', 'how much of the spend is tagged'],
    ['counterfoil allocation showback --by CostCenter', 'costs by owner, shared costs split'],
  ]);
  addCoverage(allocation, context);
  addShowback(allocation, context);
  addTaxonomy(allocation, context);
  addAllocationReport(allocation, context);
}

function addCoverage(allocation: Command, context: CommandContext): void {
  const coverage = allocation
    .command('coverage')
    .description(
      'show tag coverage by spend and by resource, credits and all that cannot be tagged apart; exit code 1 if it is under the gate',
    )
    .option(
      '--gate <percent>',
      'least coverage, in percent (default: 90, or the taxonomy’s)',
      percentOf,
    )
    .option('--top <count>', 'so many untagged resources (default: 20)', countOf);
  withExamples(withJson(withPlaces(withTaxonomy(withExtent(coverage)))), [
    ['counterfoil allocation coverage', 'by the keys that the taxonomy requires, or by any tag'],
    ['counterfoil allocation coverage --keys CostCenter,Owner --month 2026-03 --gate 95', ''],
  ]).action(async (options: CoverageOptions) => {
    const request: JsonObject = {
      ...extentRequest(options),
      ...(await taxonomyRequest(context, options)),
      ...(options.gate === undefined ? {} : { gatePercent: options.gate }),
      ...(options.top === undefined ? {} : { untaggedMax: options.top }),
    };
    await withLake(context, options, async (lake) => {
      const answer = (await lake.ask('allocation-coverage', request)) as unknown as CoverageAnswer;
      if (options.json === true) printJson(context.terminal, answer);
      else printLine(context.terminal, renderCoverage(answer));
      if (answer.gate !== 'passed') context.finish(EXIT.findings);
    });
  });
}

function addShowback(allocation: Command, context: CommandContext): void {
  const showback = allocation
    .command('showback')
    .description(
      'show costs by owner, shared costs split by the rules of the taxonomy; the lines add up to the bill; exit code 1 if a shared cost could not be split',
    )
    .option(
      '--by <key>',
      'a tag key, or account (default: the first key of the taxonomy, else account)',
    )
    .option(
      '--metrics <file>',
      'CSV of date, metric, value and owner, for rules that split by a metric',
    )
    .addOption(new Option('--csv', 'print CSV, a line an owner').conflicts('json'));
  withExamples(withJson(withPlaces(withTaxonomy(withExtent(showback)))), [
    ['counterfoil allocation showback --by CostCenter --taxonomy taxonomy.yaml', ''],
    [
      'counterfoil allocation showback --by account --basis billed --csv > march.csv',
      'for a spreadsheet',
    ],
  ]).action(async (options: ShowbackOptions) => {
    const request: JsonObject = {
      ...extentRequest(options),
      ...(await taxonomyRequest(context, options)),
      ...(options.by === undefined ? {} : { by: options.by }),
      ...(options.metrics === undefined
        ? {}
        : { metrics: await metricsRequest(context, options.metrics) }),
    };
    const { csvText } = await import('@counterfoil/costs');
    await withLake(context, options, async (lake) => {
      const answer = (await lake.ask('allocation-showback', request)) as unknown as ShowbackAnswer;
      if (options.json === true) printJson(context.terminal, answer);
      else if (options.csv === true) context.terminal.output.write(csvText(showbackCsv(answer)));
      else printLine(context.terminal, renderShowback(answer));
      const pools = answer.currencies.flatMap((currency) => currency.pools);
      if (pools.some(({ status }) => status === 'not_split')) context.finish(EXIT.findings);
    });
  });
}

function addTaxonomy(allocation: Command, context: CommandContext): void {
  const taxonomy = allocation
    .command('taxonomy')
    .description('the taxonomy of tags: what could be in it, and whether the file is right');
  withExamples(taxonomy, [
    ['counterfoil allocation taxonomy suggest', 'near-duplicate keys and values'],
    ['counterfoil allocation taxonomy check taxonomy.yaml', ''],
  ]);
  const suggest = taxonomy
    .command('suggest')
    .description(
      'find tag keys and values that are probably one spelled in several ways, with the cost behind each; nothing is applied; exit code 1 if there are any',
    )
    .option('--write <file>', 'write them as lines of a taxonomy file');
  withExamples(withJson(withPlaces(withTaxonomy(withExtent(suggest)))), [
    ['counterfoil allocation taxonomy suggest --write taxonomy.yaml', 'then look through it'],
  ]).action((options: SuggestOptions) => suggestLines(context, options));
  const check = taxonomy
    .command('check')
    .argument('[file]', 'the taxonomy (default: lake.taxonomyFile)')
    .description('check a taxonomy file, naming every field that is wrong')
    .option('--config <file>', 'configuration (default: counterfoil.yaml, or COUNTERFOIL_CONFIG)');
  withExamples(withJson(check), [
    ['counterfoil allocation taxonomy check taxonomy.yaml', ''],
  ]).action((file: string | undefined, options: AllocationOptions) =>
    checkTaxonomy(context, file, options),
  );
}

async function suggestLines(context: CommandContext, options: SuggestOptions): Promise<void> {
  const { terminal, workingDirectory } = context;
  const request = { ...extentRequest(options), ...(await taxonomyRequest(context, options)) };
  if (options.write !== undefined) refuseExisting(resolve(workingDirectory, options.write));
  const { taxonomyLines } = await import('@counterfoil/costs');
  await withLake(context, options, async (lake) => {
    const answer = (await lake.ask('allocation-taxonomy', request)) as unknown as SuggestAnswer;
    if (options.write !== undefined) {
      const file = resolve(workingDirectory, options.write);
      writeWhole(file, taxonomyLines(answer), { mode: 0o644 });
      note(terminal, `Written to ${file}: look through it, then set lake.taxonomyFile.`);
    }
    if (options.json === true) printJson(terminal, answer);
    else printLine(terminal, renderSuggestions(answer));
    if (answer.suggestions.length > 0) context.finish(EXIT.findings);
  });
}

/** A taxonomy that somebody wrote is not written over. */
function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new InputError('FILE_EXISTS', `${file} is there already`, {
    remedy: 'name another file, and take over by hand what you want of it',
  });
}

async function checkTaxonomy(
  context: CommandContext,
  file: string | undefined,
  options: AllocationOptions,
): Promise<void> {
  const named = file === undefined ? options : { ...options, taxonomy: file };
  const path = taxonomyFile(context, named, loadConfiguration(context, options));
  if (path === null) {
    printLine(context.terminal, 'No taxonomy is named: any tag covers a charge.');
    return;
  }
  const taxonomy = await readTaxonomy(path);
  if (options.json === true) printJson(context.terminal, { file: path, taxonomy });
  else printLine(context.terminal, `${path} is a valid taxonomy.`);
}

function percentOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('write a number from 0 to 100');
}

function countOf(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= 1_000) return Number(text);
  throw new InvalidArgumentError('write a whole number from 0 to 1000');
}
