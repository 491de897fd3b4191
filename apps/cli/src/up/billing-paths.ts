import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '@counterfoil/core';
import { fetchExports, type FetchOptions } from '../exports/fetch-exports.ts';
import { isS3Address } from '../exports/s3-address.ts';

const PATTERN = /[*?[\]{}]/;

/**
 * The billing paths of a command line, absolute, with addresses in S3 as they are. A path that is not there ends the command before
 * anything starts; what patterns and folders hold is for the lake to say. Throws `InputError`.
 */
export function billingPaths(
  paths: readonly string[],
  workingDirectory: string,
): readonly string[] {
  return paths.map((path) => {
    if (isS3Address(path)) return path;
    const absolute = resolve(workingDirectory, path);
    if (PATTERN.test(path) || existsSync(absolute)) return absolute;
    throw new InputError('FILE_MISSING', `there is no file or folder ${absolute}`, {
      remedy: 'check the path of the billing files',
    });
  });
}

/** Paths that the lake can read: what lies in S3 is fetched first, because the lake has no network. */
export async function localPaths(
  paths: readonly string[],
  options: FetchOptions,
): Promise<readonly string[]> {
  const addresses = paths.filter(isS3Address);
  const local = paths.filter((path) => !isS3Address(path));
  return addresses.length === 0 ? local : [...local, ...(await fetchExports(addresses, options))];
}
