import type { Project, Violation } from '../project.ts';
import { isTestFile } from '../source-file.ts';

export const GUARD_LINES_MAX = 3_000;
const GUARD = 'packages/guard';
const GUARD_DEPENDENCIES = ['@cedar-policy/cedar-wasm', '@counterfoil/core'];

/** The trusted base stays small enough to be read in a day, and rests on one package of others. */
export function checkGuardSize({ files, packages }: Project): readonly Violation[] {
  const violation = (message: string): Violation => ({
    rule: 'guard',
    file: GUARD,
    line: 1,
    message,
  });
  const lines = files
    .filter(({ path }) => path.startsWith(`${GUARD}/`) && !isTestFile(path))
    .reduce((sum, file) => sum + file.lines, 0);
  const dependencies = Object.keys(
    packages.find(({ folder }) => folder === GUARD)?.dependencies ?? {},
  );
  const foreign = dependencies.filter((name) => !GUARD_DEPENDENCIES.includes(name));
  return [
    ...(lines > GUARD_LINES_MAX ? [violation(`${lines} lines, at most ${GUARD_LINES_MAX}`)] : []),
    ...foreign.map((name) => violation(`may not depend on ${name}`)),
  ];
}
