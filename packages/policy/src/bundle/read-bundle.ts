import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@counterfoil/core';
import { loadPolicyBundle, type PolicyBundle } from '@counterfoil/guard';

/** Name → text of the policy files of a bundle: what its hash is taken over. */
export type BundleFiles = Readonly<Record<string, string>>;

/** A bundle that validated, with the files it was made from. */
export interface LoadedBundle {
  readonly files: BundleFiles;
  readonly bundle: PolicyBundle;
}

const POLICY_FILE = /\.cedar(schema)?$/;
/** More than any reader would go through; also keeps the proposal within what the log takes. */
const BYTES_MAX = 512 * 1024;

/** The `.cedar` files and the schema of a directory; its `cases/` and other files are no part of a bundle. */
export function readBundleFiles(directory: string): BundleFiles {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new InputError('POLICY_DIRECTORY_MISSING', `${directory} is not a directory`, {
      remedy: 'name a directory that holds schema.cedarschema and .cedar files',
    });
  }
  const names = readdirSync(directory).filter((name) => POLICY_FILE.test(name));
  const files = Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > BYTES_MAX) {
    throw new InputError('POLICY_BUNDLE_INVALID', `${directory} holds ${bytes} bytes of policy`, {
      remedy: `a bundle has at most ${BYTES_MAX} bytes`,
    });
  }
  return files;
}

/** Reads and validates the bundle of a directory, strictly; throws `InputError` naming file and problem. */
export function readBundle(directory: string): LoadedBundle {
  const files = readBundleFiles(directory);
  return { files, bundle: loadPolicyBundle(files) };
}
