import { join } from 'node:path';
import { loadPolicyBundle } from '@counterfoil/guard';
import { readBundleFiles } from '@counterfoil/policy';
import type { StateDirectory } from './state-directory.ts';
import { writeWhole } from './write-whole.ts';

const LAST_FILE = 'schema.cedarschema';

/**
 * Copies the policies that came with the program into a new installation, and answers with their hash, which the trust file pins.
 * What lies there already stays: a newer program brings no other policies into effect, only signed changes do.
 */
export function ensurePinnedPolicies(state: StateDirectory, shippedDirectory: string): string {
  // The schema is the last that is copied, so where it is everything is.
  if (!Object.keys(readBundleFiles(state.policies)).some((name) => name === LAST_FILE)) {
    for (const [name, text] of Object.entries(readBundleFiles(shippedDirectory))) {
      writeWhole(join(state.policies, name), text, { mode: 0o644 });
    }
  }
  return loadPolicyBundle(readBundleFiles(state.policies)).sha256;
}
