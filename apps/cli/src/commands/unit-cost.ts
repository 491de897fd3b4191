import { Option, type Command } from 'commander';
import type { JsonObject } from '@counterfoil/core';
import type { UnitCostAnswer } from '@counterfoil/costs';
import {
  extentRequest,
  metricsRequest,
  parseNames,
  taxonomyRequest,
  withExtent,
  type ExtentOptions,
} from '../allocation/inputs.ts';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { renderUnitCosts, unitCostCsv } from '../result/render-unit-costs.ts';
import { withLake } from '../state/operator-session.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface UnitCostOptions extends ExtentOptions, PlaceOptions {
  readonly metrics: string;
  readonly every: 'day' | 'week' | 'month';
  readonly figures: 'day' | 'month';
  readonly services?: readonly string[];
  readonly taxonomy?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
}

/** `unit-cost`: what an order, a user or a gigabyte costs. */
export function addUnitCostCommand(program: Command, context: CommandContext): void {
  const unitCost = program
    .command('unit-cost')
    .description(
      'show cost of usage per unit of what you count, by period, with the days that a figure is missing for',
    )
    .requiredOption(
      '--metrics <file>',
      'CSV of date, metric, value; further columns are dimensions: subAccountId, serviceName, regionId, or a tag key',
    )
    .addOption(
      new Option('--every <period>', 'one unit cost for each')
        .choices(['day', 'week', 'month'])
        .default('month'),
    )
    .addOption(
      new Option(
        '--figures <period>',
        'what a figure of the file stands for: its day, or the month that begins on it',
      )
        .choices(['day', 'month'])
        .default('day'),
    )
    .option('--services <names>', 'only these services, by commas; * is any characters', parseNames)
    .option('--taxonomy <file>', 'what tags mean, as YAML or JSON (default: lake.taxonomyFile)')
    .addOption(new Option('--csv', 'print CSV, a line a period').conflicts('json'));
  withExamples(withJson(withPlaces(withExtent(unitCost))), [
    [
      'counterfoil unit-cost --metrics orders.csv --every week',
      'orders.csv: 2026-03-01,orders,1200',
    ],
    ['counterfoil unit-cost --metrics users.csv --figures month --services "Amazon RDS*"', ''],
  ]).action(async (options: UnitCostOptions) => {
    const request: JsonObject = {
      ...extentRequest(options),
      ...(await taxonomyRequest(context, options)),
      metrics: await metricsRequest(context, options.metrics),
      granularity: options.every,
      metricEvery: options.figures,
      ...(options.services === undefined ? {} : { services: options.services }),
    };
    const { csvText } = await import('@counterfoil/costs');
    await withLake(context, options, async (lake) => {
      const answer = (await lake.ask('unit-costs', request)) as unknown as UnitCostAnswer;
      if (options.json === true) printJson(context.terminal, answer);
      else if (options.csv === true) context.terminal.output.write(csvText(unitCostCsv(answer)));
      else printLine(context.terminal, renderUnitCosts(answer));
    });
  });
}
