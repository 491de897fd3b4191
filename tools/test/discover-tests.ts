import { globSync } from 'node:fs';
import { join } from 'node:path';

const PLACES = ['packages', 'adapters', 'apps', 'tools', 'bench', 'e2e'];
/** What is slow and what rests on the rest comes last. */
const LATE = ['.store.', '.browser.', '.e2e.'];

/** Every test file, those with databases, browsers and the whole program last; with `only`, those whose path holds one of these texts. Absolute paths. */
export function discoverTests(root: string, only: readonly string[]): readonly string[] {
  const found = PLACES.flatMap((place) =>
    globSync(`${place}/**/*.test.ts`, {
      cwd: root,
      exclude: (path) => path.split(/[\\/]/).includes('node_modules'),
    }),
  );
  const chosen =
    only.length === 0 ? found : found.filter((path) => only.some((part) => path.includes(part)));
  const rank = (path: string) => LATE.findIndex((kind) => path.includes(`${kind}test.`));
  return chosen
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((path) => join(root, path));
}
