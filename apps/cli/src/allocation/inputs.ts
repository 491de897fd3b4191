import { dirname, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { InputError, type Json, type JsonObject } from '@counterfoil/core';
import { parseDocument, visit } from 'yaml';
import {
  loadConfiguration,
  readText,
  type CommandContext,
  type LoadedConfiguration,
  type PlaceOptions,
} from '../command-context.ts';

/** Options that say which charges are meant, and by which cost. */
export interface ExtentOptions {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly basis?: 'amortised' | 'billed';
}

/** Options that say what tags mean. */
export interface TaxonomyOptions extends PlaceOptions {
  readonly taxonomy?: string;
  readonly keys?: readonly string[];
}

const BASIS = { amortised: 'EffectiveCost', billed: 'BilledCost' } as const;

/** Adds the options of {@link ExtentOptions}. */
export function withExtent(command: Command): Command {
  return command
    .option('--month <month>', 'a calendar month, such as 2026-03 (default: the last whole one)')
    .option('--from <day>', 'first day, such as 2026-03-01')
    .option('--to <day>', 'the first day left out')
    .addOption(
      new Option(
        '--basis <basis>',
        'amortised: EffectiveCost; billed: BilledCost (default: the basis of the version)',
      ).choices(['amortised', 'billed']),
    );
}

/** Adds the options of {@link TaxonomyOptions}. */
export function withTaxonomy(command: Command): Command {
  return command
    .option('--taxonomy <file>', 'what tags mean, as YAML or JSON (default: lake.taxonomyFile)')
    .option(
      '--keys <keys>',
      'required tag keys, by commas, in place of the taxonomy’s',
      parseNames,
    );
}

/** Texts separated by commas. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('write names separated by commas');
}

/** The extent as the lake reads it. */
export function extentRequest({ month, from, to, basis }: ExtentOptions): JsonObject {
  return {
    ...(month === undefined ? {} : { month }),
    ...(from === undefined ? {} : { fromDate: from }),
    ...(to === undefined ? {} : { toDate: to }),
    ...(basis === undefined ? {} : { basis: BASIS[basis] }),
  };
}

/** The taxonomy as the lake reads it, checked here so that a mistake is told before anything starts. */
export async function taxonomyRequest(
  context: CommandContext,
  options: TaxonomyOptions,
): Promise<JsonObject> {
  const file = taxonomyFile(context, options, loadConfiguration(context, options));
  const taxonomy = file === null ? undefined : await readTaxonomy(file);
  return {
    ...(taxonomy === undefined ? {} : { taxonomy }),
    ...(options.keys === undefined ? {} : { keys: options.keys }),
  };
}

/** The taxonomy file that is meant, or null where none is. */
export function taxonomyFile(
  { workingDirectory }: CommandContext,
  { taxonomy }: TaxonomyOptions,
  { configuration, file }: LoadedConfiguration,
): string | null {
  if (taxonomy !== undefined) return resolve(workingDirectory, taxonomy);
  const { taxonomyFile: configured } = configuration.lake;
  return configured === undefined || file === null ? null : resolve(dirname(file), configured);
}

/** Reads a taxonomy file and checks it. Throws `InputError` naming the file and every field that is wrong. */
export async function readTaxonomy(file: string): Promise<Json> {
  const document = parseDocument(readText(file), { uniqueKeys: true, stringKeys: true });
  const [first] = document.errors;
  if (first !== undefined) {
    throw new InputError('TAXONOMY_MALFORMED', `${file}: ${first.message}`, {
      cause: first,
      remedy: 'correct the YAML',
    });
  }
  // A cost centre of 0042 is a name and not the number 42.
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
    },
  });
  const taxonomy = (document.toJS() ?? {}) as Json;
  const { parseTaxonomy } = await import('@counterfoil/costs');
  try {
    parseTaxonomy(taxonomy);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const remedy = error.remedy === undefined ? {} : { remedy: error.remedy };
    throw new InputError(error.code, `${file}\n${error.message}`, { cause: error, ...remedy });
  }
  return taxonomy;
}

/** The rows of a metric file, as the lake reads them. */
export async function metricsRequest(
  { workingDirectory }: CommandContext,
  file: string,
): Promise<readonly JsonObject[]> {
  const path = resolve(workingDirectory, file);
  const text = readText(path);
  const { parseMetrics } = await import('@counterfoil/costs');
  return parseMetrics(text) as unknown as readonly JsonObject[];
}
