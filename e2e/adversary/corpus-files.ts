import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@counterfoil/core';
import { parseCorpus, SMALL_CORPUS, type Corpus } from '@counterfoil/testkit';

/** The corpus of a folder of JSON Lines files, or our own. */
export function readCorpus(directory: string | undefined): Corpus {
  if (directory === undefined) return parseCorpus([SMALL_CORPUS]);
  const names = jsonLinesIn(directory);
  return parseCorpus(
    names.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') })),
  );
}

function jsonLinesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.jsonl'))
      .toSorted();
  } catch (cause) {
    throw new InputError('CORPUS_UNREADABLE', `the folder ${directory} cannot be read`, {
      cause,
      remedy: 'name a folder of .jsonl files',
    });
  }
}
