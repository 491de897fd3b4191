import { InvalidArgumentError, Option, type Command } from 'commander';
import { InputError, type JsonObject } from '@counterfoil/core';
import { parseNames } from '../allocation/inputs.ts';
import type { PlaceOptions } from '../command-context.ts';
import { withJson, withPlaces } from '../commands/options.ts';
import type { ExtentOptions } from './extent.ts';

/** Options that every question about cost takes. */
export interface CostOptions extends PlaceOptions, ExtentOptions {
  readonly by?: readonly string[];
  readonly where: readonly string[];
  readonly accounts?: readonly string[];
  readonly limit?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Options of questions that compare two periods. */
export interface ComparisonOptions extends CostOptions {
  readonly metric?: string;
  readonly perDay?: boolean;
  readonly changeMin?: string;
}

export const COST_COLUMNS = ['EffectiveCost', 'BilledCost', 'ListCost', 'ContractedCost'] as const;

/** Adds the options of {@link CostOptions}. */
export function withCostOptions(command: Command): Command {
  return withPlaces(withJson(command))
    .option('--month <month>', 'a calendar month, such as 2026-03')
    .option('--from <day>', 'first day, such as 2026-03-01 (default: 30 days before --to)')
    .option('--to <day>', 'the first day left out (default: the day after the data ends)')
    .option(
      '--where <dimension=value>',
      'only charges with this value; again for other values of it, or other dimensions',
      (text: string, before: readonly string[]) => [...before, readWhere(text)],
      [],
    )
    .option('--accounts <ids>', 'only these accounts, by commas', parseNames)
    .option(
      '--limit <count>',
      'so many lines at most (rowsMax): up to 5000 of query, up to 1000 of the others',
      countOf,
    )
    .addOption(
      new Option('--csv', 'print CSV with exact figures, a line a record').conflicts('json'),
    );
}

/** Adds the options of {@link ComparisonOptions}. */
export function withComparison(command: Command): Command {
  return withMetric(command)
    .option('--against-month <month>', 'compare with this month')
    .option('--against-from <day>', 'first day of the days compared with')
    .option('--against-to <day>', 'the first day left out of them')
    .option('--per-day', 'compare the cost of a calendar day, where periods differ in length');
}

/** Adds `--metric`, for questions about one cost column. */
export function withMetric(command: Command): Command {
  return command.addOption(
    new Option('--metric <column>', 'which of the four costs')
      .choices([...COST_COLUMNS])
      .default('EffectiveCost'),
  );
}

/** Adds `--by`. */
export function withBy(command: Command, what: string): Command {
  return command.option('--by <dimensions>', what, parseNames);
}

/** The filter and the accounts as the lake reads them. */
export function selectionOf({ where, accounts }: CostOptions): JsonObject {
  const filter = new Map<string, string[]>();
  for (const text of where) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    filter.set(name, [...(filter.get(name) ?? []), text.slice(at + 1)]);
  }
  // Not by assignment: a dimension called __proto__ would vanish, and with it the filter.
  return { filter: Object.fromEntries(filter), ...(accounts === undefined ? {} : { accounts }) };
}

/** The limit as the lake reads it. */
export function limitOf({ limit }: CostOptions): JsonObject {
  return limit === undefined ? {} : { rowsMax: limit };
}

/** An amount that is given as an option. */
export function amountOf(text: string): string {
  if (/^\d{1,15}(\.\d{1,18})?$/.test(text)) return text;
  throw new InvalidArgumentError('write a plain decimal such as 10 or 0.50');
}

/** A number of lines or days. */
export function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('write a whole number from 1');
}

function readWhere(text: string): string {
  if (text.indexOf('=') > 0) return text;
  throw new InvalidArgumentError(
    'write dimension=value, such as serviceName=Compute or tag:team=core',
  );
}

/** The newest version's days, or an error where there is no data yet. */
export function newestOf<Version>(versions: readonly Version[]): Version {
  const [newest] = versions;
  if (newest !== undefined) return newest;
  throw new InputError('LAKE_EMPTY', 'the lake has no data yet', {
    remedy: 'ingest billing files first: counterfoil ingest <path>…',
  });
}
