import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DataFile } from '@counterfoil/engine';
import { loadPolicyBundle, type PolicyBundle } from '@counterfoil/guard';

/** The YAML files of a directory, in the order of their names. */
export function readYamlFiles(directory: string): readonly DataFile[] {
  return namesIn(directory, '.yaml').map((name) => ({
    name: `${basename(directory)}/${name}`,
    text: readFileSync(join(directory, name), 'utf8'),
  }));
}

/** The policy bundle of a directory: its schema and its policies. */
export function readPolicyBundle(directory: string): PolicyBundle {
  const names = [...namesIn(directory, '.cedarschema'), ...namesIn(directory, '.cedar')];
  return loadPolicyBundle(
    Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')])),
  );
}

function namesIn(directory: string, extension: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(extension))
    .toSorted();
}
