import { Option, type Command } from 'commander';

/** Adds the options that say where state and configuration are. */
export function withPlaces(command: Command): Command {
  return command
    .option('--state <dir>', 'state directory (default: .counterfoil, or COUNTERFOIL_STATE)')
    .option('--config <file>', 'configuration (default: counterfoil.yaml, or COUNTERFOIL_CONFIG)');
}

/** Adds `--json`, which every command that reads understands. */
export function withJson(command: Command): Command {
  return command.addOption(
    new Option('--json', 'print JSON on standard output, errors as JSON on standard error'),
  );
}

/** Adds `--key`, for commands that sign. */
export function withKey(command: Command): Command {
  return command.option(
    '--key <file>',
    'your Ed25519 private key (default: the operator’s key in the state directory)',
  );
}

/** Adds examples below the help of a command. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [string, string])[],
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
