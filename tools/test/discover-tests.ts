import { globSync } from 'node:fs';
import { join } from 'node:path';

const PLACES = ['packages', 'adapters', 'apps', 'tools', 'bench', 'test'];
const END_TO_END = /\.e2e\.test\.ts$/;

/** Every test file, end-to-end ones last; with `only`, those whose path holds one of these texts. Absolute paths. */
export function discoverTests(root: string, only: readonly string[]): readonly string[] {
  const found = PLACES.flatMap((place) =>
    globSync(`${place}/**/*.test.ts`, {
      cwd: root,
      exclude: (path) => path.split(/[\\/]/).includes('node_modules'),
    }),
  );
  const chosen =
    only.length === 0 ? found : found.filter((path) => only.some((part) => path.includes(part)));
  const rank = (path: string) => (END_TO_END.test(path) ? 1 : 0);
  return chosen
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((path) => join(root, path));
}
