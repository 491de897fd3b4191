import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DataFile } from '@counterfoil/engine';

/** The YAML files of a directory, in the order of their names. */
export function readYamlFiles(directory: string): readonly DataFile[] {
  return namesIn(directory, '.yaml').map((name) => ({
    name: `${basename(directory)}/${name}`,
    text: readFileSync(join(directory, name), 'utf8'),
  }));
}

function namesIn(directory: string, extension: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(extension))
    .toSorted();
}
