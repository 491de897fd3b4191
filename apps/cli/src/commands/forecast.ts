import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { InputError, type JsonObject } from '@counterfoil/core';
import type { ForecastAnswer } from '@counterfoil/costs';
import { readText, type CommandContext, type PlaceOptions } from '../command-context.ts';
import { renderForecast } from '../result/render-forecast.ts';
import { withLake } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { startProgress } from '../terminal/progress.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface ForecastOptions extends PlaceOptions {
  readonly by?: string;
  readonly to: string;
  readonly budgets?: string;
  readonly json?: boolean;
}

/** `forecast`: what the month, or the days to a date, will cost; and where the budgets stand. */
export function addForecastCommand(program: Command, context: CommandContext): void {
  const forecast = program
    .command('forecast')
    .description(
      'forecast usage cost from the newest version, with intervals measured on its own past; exit code 1 if a budget alert is crossed',
    )
    .addOption(
      new Option('--by <dimension>', 'one forecast for each').choices([
        'serviceName',
        'subAccountId',
      ]),
    )
    .option('--to <day>', 'last day: month-end, or a date such as 2026-05-31', 'month-end')
    .option(
      '--budgets <file>',
      'JSON list of budgets: name, amount, currency, element, month, alerts (on: actual or forecast, percent)',
    );
  withExamples(withJson(withPlaces(forecast)), [
    ['counterfoil forecast --by serviceName', 'every service, to the end of the month'],
    ['counterfoil forecast --budgets budgets.json --json', 'crossed thresholds, for a script'],
  ]).action((options: ForecastOptions) => forecastCost(context, options));
}

async function forecastCost(context: CommandContext, options: ForecastOptions): Promise<void> {
  const { terminal } = context;
  const { by, to, budgets: file, json } = options;
  const request: JsonObject = {
    through: to,
    ...(by === undefined ? {} : { by }),
    ...(file === undefined ? {} : { budgets: readBudgets(context, file) }),
  };
  await withLake(context, options, async (lake) => {
    const progress = startProgress(terminal, 'Forecasting');
    const reply = await lake.ask('forecast', request).catch((error: unknown) => {
      progress.failed();
      throw error;
    });
    const answer = reply as unknown as ForecastAnswer;
    progress.done(`Forecast from ${answer.rowsRead} charges`);
    if (json === true) printJson(terminal, answer);
    else printLine(terminal, renderForecast(answer));
    const alerts = answer.budgets.flatMap((budget) => budget.alerts);
    if (alerts.some(({ status }) => status === 'crossed')) context.finish(EXIT.findings);
  });
}

function readBudgets({ workingDirectory }: CommandContext, file: string): JsonObject[string] {
  const path = resolve(workingDirectory, file);
  const text = readText(path);
  try {
    return JSON.parse(text) as JsonObject[string];
  } catch (error) {
    throw new InputError('BUDGETS_MALFORMED', `${path} is not JSON`, {
      cause: error,
      remedy: 'write a list such as [{"name": "all", "amount": "5000", "currency": "USD"}]',
    });
  }
}
