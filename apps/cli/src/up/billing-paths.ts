import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '@counterfoil/core';

const PATTERN = /[*?[\]{}]/;

/**
 * The billing paths of a command line, absolute. A path that is not there ends the command before anything starts;
 * what patterns and folders hold is for the lake to say. Throws `InputError`.
 */
export function billingPaths(
  paths: readonly string[],
  workingDirectory: string,
): readonly string[] {
  return paths.map((path) => {
    const absolute = resolve(workingDirectory, path);
    if (PATTERN.test(path) || existsSync(absolute)) return absolute;
    throw new InputError('FILE_MISSING', `there is no file or folder ${absolute}`, {
      remedy: 'check the path of the billing files',
    });
  });
}
