import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  defaultConfiguration,
  formatProblem,
  readConfiguration,
  type Configuration,
} from '@counterfoil/config';
import { InputError } from '@counterfoil/core';
import { stateDirectoryAt, type StateDirectory } from './state/state-directory.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What every command is handed; nothing below reads the process's own globals. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Folder that relative paths on the command line are meant from. */
  readonly workingDirectory: string;
  /** Sets the process's exit code when the command is done. */
  readonly finish: (exitCode: number) => void;
}

/** The options that say where things are; on every command that needs them. */
export interface PlaceOptions {
  readonly state?: string;
  readonly config?: string;
}

/** A configuration and where it came from; `file` is null where there is none and the defaults hold. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly file: string | null;
}

const CONFIGURATION_FILE = 'counterfoil.yaml';
const STATE_DIRECTORY = '.counterfoil';

/** The configuration file that a command uses: the one named, or else `counterfoil.yaml` in the working directory, or none. */
export function configurationFile(context: CommandContext, options: PlaceOptions): string | null {
  const named = options.config ?? context.terminal.environment['COUNTERFOIL_CONFIG'];
  if (named !== undefined) return resolve(context.workingDirectory, named);
  const usual = join(context.workingDirectory, CONFIGURATION_FILE);
  return existsSync(usual) ? usual : null;
}

/** Reads the configuration; throws `InputError` naming every problem with its line. */
export function loadConfiguration(
  context: CommandContext,
  options: PlaceOptions,
): LoadedConfiguration {
  const file = configurationFile(context, options);
  if (file === null) return { configuration: defaultConfiguration(), file };
  const result = readConfiguration(readText(file), file);
  if (result.type === 'valid') return { configuration: result.configuration, file };
  throw new InputError('CONFIG_INVALID', result.problems.map(formatProblem).join('\n'), {
    remedy: 'correct the lines named; `counterfoil config check` repeats the check',
  });
}

/** The text of a configuration file; throws `InputError` where it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError('FILE_UNREADABLE', `${file} cannot be read: ${code}`, {
      cause: error,
      remedy: 'check the path and its permissions',
    });
  }
}

/** The state directory: the one named, or that of the configuration (relative to its file), or `.counterfoil` here. */
export function stateDirectoryOf(
  context: CommandContext,
  options: PlaceOptions,
  { configuration, file }: LoadedConfiguration,
): StateDirectory {
  const named = options.state ?? context.terminal.environment['COUNTERFOIL_STATE'];
  if (named !== undefined) return stateDirectoryAt(resolve(context.workingDirectory, named));
  if (configuration.stateDirectory !== undefined && file !== null) {
    return stateDirectoryAt(resolve(dirname(file), configuration.stateDirectory));
  }
  return stateDirectoryAt(join(context.workingDirectory, STATE_DIRECTORY));
}
