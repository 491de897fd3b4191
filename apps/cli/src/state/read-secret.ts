import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describeSecretReference } from '@counterfoil/config';
import { InputError } from '@counterfoil/core';
import type { CommandContext, LoadedConfiguration } from '../command-context.ts';
import type { ReadSecret } from '../up/outside-systems.ts';

/** Reads secrets by reference. File references are relative to the configuration; a missing one is an `InputError` naming its place. */
export function secretReader(context: CommandContext, loaded: LoadedConfiguration): ReadSecret {
  const folder = loaded.file === null ? context.workingDirectory : dirname(loaded.file);
  return async (reference) => {
    const missing = (remedy: string, cause?: unknown) =>
      new InputError('SECRET_MISSING', `${describeSecretReference(reference)} cannot be read`, {
        remedy,
        ...(cause === undefined ? {} : { cause }),
      });
    if ('env' in reference) {
      const value = context.terminal.environment[reference.env];
      if (value === undefined || value === '') throw missing('set the variable for this command');
      return value;
    }
    if ('file' in reference) {
      try {
        return readFileSync(resolve(folder, reference.file), 'utf8').trimEnd();
      } catch (error) {
        throw missing('check the path and its permissions', error);
      }
    }
    throw missing('pending');
  };
}
