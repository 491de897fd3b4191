import type { Command } from 'commander';
import {
  formatDurationMs,
  formatProblem,
  readConfiguration,
  type ConfigurationProblem,
} from '@counterfoil/config';
import { InputError } from '@counterfoil/core';
import { stringify } from 'yaml';
import {
  configurationFile,
  loadConfiguration,
  readText,
  stateDirectoryOf,
  type CommandContext,
} from '../command-context.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface ConfigOptions {
  readonly file?: string;
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
}

/** `config check` and `config show`. */
export function addConfigCommands(program: Command, context: CommandContext): void {
  const config = program.command('config').description('check or show the configuration');
  const check = config
    .command('check')
    .description(
      'check the configuration file and print every problem with its line; exit code 2 on any',
    )
    .option('--file <file>', 'the file to check, same as --config');
  withExamples(withJson(withPlaces(check)), [
    ['counterfoil config check', 'check counterfoil.yaml here'],
    ['counterfoil config check --file staging.yaml --json', 'for an editor or CI'],
  ]).action((options: ConfigOptions) => checkConfiguration(context, options));
  const show = config
    .command('show')
    .description('show the configuration in effect; secrets are shown as where they come from');
  withExamples(withJson(withPlaces(show)), [
    ['counterfoil config show', 'with every default filled in'],
  ]).action((options: ConfigOptions) => showConfiguration(context, options));
}

function checkConfiguration(context: CommandContext, options: ConfigOptions): void {
  const named = options.file ?? options.config;
  const file = configurationFile(context, named === undefined ? {} : { config: named });
  if (file === null) {
    throw new InputError(
      'CONFIG_MISSING',
      `there is no counterfoil.yaml in ${context.workingDirectory}`,
      {
        remedy: 'name a file with --file; without one, `counterfoil up --demo` uses the defaults',
      },
    );
  }
  const result = readConfiguration(readText(file), file);
  const problems = result.type === 'valid' ? [] : result.problems;
  if (options.json === true) printJson(context.terminal, { file, problems });
  else printProblems(context, file, problems);
  if (problems.length > 0) context.finish(EXIT.usage);
}

function printProblems(
  { terminal }: CommandContext,
  file: string,
  problems: readonly ConfigurationProblem[],
): void {
  const colours = coloursOf(terminal);
  for (const problem of problems) printLine(terminal, formatProblem(problem));
  const summary = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  printLine(
    terminal,
    problems.length === 0 ? colours.green(`${file} is valid`) : colours.red(summary),
  );
}

function showConfiguration(context: CommandContext, options: ConfigOptions): void {
  const loaded = loadConfiguration(context, options);
  // Secrets are references throughout, so there is nothing in it that could be shown by accident.
  const { configuration, file } = loaded;
  const stateDirectory = stateDirectoryOf(context, options, loaded).root;
  const { ttl, grantTtl, ...approvals } = configuration.approvals;
  // In the form of the file, so that what is shown can be kept as one.
  const effective = {
    ...configuration,
    stateDirectory,
    approvals: { ttl: formatDurationMs(ttl), grantTtl: formatDurationMs(grantTtl), ...approvals },
  };
  if (options.json === true) {
    printJson(context.terminal, { file, configuration: effective });
    return;
  }
  printLine(context.terminal, `# ${file ?? 'no file: every default'}`);
  context.terminal.output.write(stringify(effective));
}
