import { Option, type Command } from 'commander';
import type { CostAnswer, JsonObject } from '@counterfoil/core';
import type {
  DecompositionAnswer,
  MoversAnswer,
  ResourcesAnswer,
  SavingsAnswer,
} from '@counterfoil/costs';
import { parseNames } from '../allocation/inputs.ts';
import type { CommandContext } from '../command-context.ts';
import {
  amountOf,
  countOf,
  limitOf,
  newestOf,
  selectionOf,
  withBy,
  withComparison,
  withCostOptions,
  withMetric,
  type ComparisonOptions,
  type CostOptions,
} from '../costs/cost-options.ts';
import { againstOf, extentOf, type Extent } from '../costs/extent.ts';
import { decompositionReport, moversReport } from '../result/render-changes.ts';
import type { CostReport } from '../result/cost-report.ts';
import { queryReport, resourcesReport, savingsReport } from '../result/render-costs.ts';
import { withLake } from '../state/operator-session.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples } from './options.ts';

interface QueryOptions extends CostOptions {
  readonly granularity?: string;
  readonly metric: readonly string[];
}

interface ResourceOptions extends CostOptions {
  readonly metric: string;
  readonly costMin?: string;
  readonly quietDays?: number;
}

const DIMENSIONS = 'any FOCUS dimension in camelCase, or tag:<key>, by commas';

/** `costs`: what was spent on what, what moved and why, what prices save, and which resources came or went. */
export function addCostCommands(program: Command, context: CommandContext): void {
  const costs = program
    .command('costs')
    .description(
      'questions about the newest version: cost, movers, price and quantity, savings, resources',
    );
  withExamples(costs, [
    ['counterfoil costs query --by serviceName', 'cost of the newest 30 days by service'],
    [
      'counterfoil costs movers --by subAccountId,serviceName',
      'what moved most since the 30 days before',
    ],
    [
      'counterfoil costs decompose --month 2026-03',
      'how much of the change is price, quantity, mix',
    ],
  ]);
  addQuery(costs, context);
  addMovers(costs, context);
  addDecompose(costs, context);
  addSavings(costs, context);
  addResources(costs, context);
}

function addQuery(costs: Command, context: CommandContext): void {
  const query = costs
    .command('query')
    .description(
      'cost by any dimension, tag or span of time; usage alone unless --where chargeCategory=… says otherwise, currencies apart',
    )
    .addOption(
      new Option('--granularity <span>', 'also by this span of time, in UTC').choices([
        'hour',
        'day',
        'week',
        'month',
      ]),
    )
    .option(
      '--metric <columns>',
      'EffectiveCost, BilledCost, ListCost, ContractedCost, ConsumedQuantity, PricingQuantity, by commas',
      parseNames,
      ['EffectiveCost'],
    );
  withExamples(withCostOptions(withBy(query, DIMENSIONS)), [
    ['counterfoil costs query --by serviceName --granularity day --month 2026-03', ''],
    [
      'counterfoil costs query --by tag:team --where serviceName=Compute --csv',
      'exact, for a sheet',
    ],
    [
      'counterfoil costs query --by chargeCategory --where chargeCategory=Usage --where chargeCategory=Credit',
      '',
    ],
  ]).action((options: QueryOptions) =>
    ask<CostAnswer>(context, options, {
      question: 'query',
      plan: (extent) => ({
        measures: options.metric,
        // Currencies are never added up, so every line is of one.
        groupBy: [
          ...(options.by ?? []),
          ...(options.granularity === undefined ? [] : [options.granularity]),
          'billingCurrency',
        ],
        ...extent,
      }),
      report: queryReport,
    }),
  );
}

function addMovers(costs: Command, context: CommandContext): void {
  const movers = costs
    .command('movers')
    .description('what changed most between two periods, dearer or cheaper, new or vanished')
    .option('--change-min <amount>', 'leave out smaller changes', amountOf);
  withExamples(
    withCostOptions(withComparison(withBy(movers, `${DIMENSIONS} (default: serviceName)`))),
    [
      ['counterfoil costs movers --by serviceName,usageType --change-min 100', ''],
      [
        'counterfoil costs movers --month 2026-03 --against-month 2026-02 --per-day',
        'months differ in length',
      ],
    ],
  ).action((options: ComparisonOptions) =>
    ask<MoversAnswer>(context, options, {
      question: 'movers',
      plan: (extent) => comparisonPlan(options, extent, ['serviceName']),
      report: moversReport,
    }),
  );
}

function addDecompose(costs: Command, context: CommandContext): void {
  const decompose = costs
    .command('decompose')
    .description(
      'split a change of cost into price, quantity, mix, new, vanished and what has no quantity; the parts add up exactly',
    )
    .addHelpText(
      'after',
      `
Each usage type of a service in a region and unit is compared with itself: its price effect is the change of the unit cost times the
mean quantity of both periods, its quantity effect the change of quantity times the mean unit cost (Bennet 1920). Quantity is then
split within a service and unit into what the total quantity explains at the average price, and mix. A unit cost changes with list
prices, discounts and with what commitments cover.`,
    );
  withExamples(withCostOptions(withComparison(withBy(decompose, DIMENSIONS))), [
    ['counterfoil costs decompose --by serviceName', 'since the 30 days before'],
    ['counterfoil costs decompose --where serviceName=Compute --month 2026-03 --json', ''],
  ]).action((options: ComparisonOptions) =>
    ask<DecompositionAnswer>(context, options, {
      question: 'decompose',
      plan: (extent) => comparisonPlan(options, extent, []),
      report: decompositionReport,
    }),
  );
}

function addSavings(costs: Command, context: CommandContext): void {
  const savings = costs
    .command('savings')
    .description(
      'what negotiated prices and commitments save against list prices, and the effective savings rate; credits apart',
    );
  withExamples(withCostOptions(withBy(savings, `${DIMENSIONS}; also hour, day, week, month`)), [
    ['counterfoil costs savings --by month --from 2026-01-01', ''],
    ['counterfoil costs savings --by serviceName --accounts 111122223333', ''],
  ]).action((options: CostOptions) =>
    ask<SavingsAnswer>(context, options, {
      question: 'savings',
      plan: (extent) => ({ by: options.by ?? [], ...extent }),
      report: savingsReport,
    }),
  );
}

function addResources(costs: Command, context: CommandContext): void {
  const resources = costs
    .command('resources')
    .description('resources that were charged for the first or the last time, dearest a day first')
    .option('--cost-min <amount>', 'leave out what costs less a day (default: 1)', amountOf)
    .option(
      '--quiet-days <count>',
      'gone once not charged for so many days of the data (default: 2)',
      countOf,
    );
  withExamples(withCostOptions(withMetric(resources)), [
    ['counterfoil costs resources --cost-min 10', 'new and vanished in the newest 30 days'],
    ['counterfoil costs resources --month 2026-03 --where serviceName=Compute', ''],
  ]).action((options: ResourceOptions) =>
    ask<ResourcesAnswer>(context, options, {
      question: 'resources',
      plan: (extent) => ({
        measure: options.metric,
        ...extent,
        ...(options.costMin === undefined ? {} : { costPerDayMin: options.costMin }),
        ...(options.quietDays === undefined ? {} : { quietDaysMin: options.quietDays }),
      }),
      report: resourcesReport,
    }),
  );
}

function comparisonPlan(
  options: ComparisonOptions,
  extent: Extent,
  usual: readonly string[],
): JsonObject {
  const { metric, by = usual, perDay, changeMin } = options;
  return {
    by,
    before: { ...againstOf(options, extent) },
    after: { ...extent },
    ...(metric === undefined ? {} : { measure: metric }),
    ...(perDay === undefined ? {} : { perDay }),
    ...(changeMin === undefined ? {} : { changeMin }),
  };
}

interface Asking<Answer> {
  readonly question: string;
  /** The plan for the days asked for, without what every question has. */
  readonly plan: (extent: Extent) => JsonObject;
  readonly report: (answer: Answer) => CostReport;
}

async function ask<Answer extends object>(
  context: CommandContext,
  options: CostOptions,
  { question, plan, report }: Asking<Answer>,
): Promise<void> {
  const { terminal } = context;
  await withLake(context, options, async (lake) => {
    const { fromDate, toDate } = newestOf(await lake.versions());
    const extent = extentOf(options, { fromDate, toDate });
    const request = { ...plan(extent), ...selectionOf(options), ...limitOf(options) };
    const answer = (await lake.ask(`costs/${question}`, request)) as unknown as Answer;
    if (options.json === true) return printJson(terminal, answer);
    const { text, records } = report(answer);
    if (options.csv !== true) return printLine(terminal, text);
    // Loaded here: the database engine behind it takes longer to load than the rest of the command.
    const { csvText } = await import('@counterfoil/costs');
    terminal.output.write(csvText(records));
  });
}
