import { posix } from 'node:path';
import type { Project, Violation, WorkspacePackage } from '../project.ts';
import { isTestFile, type Import, type SourceFile } from '../source-file.ts';

const SCOPE = '@counterfoil/';

/** What each kind of package may import of the others (docs/architecture.md). Tests may use simulator and testkit besides. */
const ALLOWED: readonly (readonly [pattern: RegExp, may: readonly string[]])[] = [
  [/^packages\/core$/, []],
  [/^packages\/engine$/, ['core', 'guard', 'tlog']],
  [/^packages\/(tlog|policy|evidence)$/, ['core', 'guard']],
  [/^packages\/(guard|costs|config|simulator|api|testkit)$/, ['core']],
  [/^packages\/process$/, ['core', 'config']],
  [/^adapters\//, ['core']],
  [/^apps\/console$/, ['core', 'api']],
  [/^(tools|bin)$/, []],
];
const TEST_EXTRA = ['simulator', 'testkit'];

/** Imports follow the arrows, name a package and never a file inside it, and are declared in package.json. */
export function checkArrows({ files, packages }: Project): readonly Violation[] {
  return files.flatMap((file) =>
    file.imports.flatMap((found) => {
      const message = problemOf(file, found, packages);
      return message === null
        ? []
        : [{ rule: 'arrows', file: file.path, line: found.line, message }];
    }),
  );
}

function problemOf(
  file: SourceFile,
  found: Import,
  packages: readonly WorkspacePackage[],
): string | null {
  const home = packages.find(({ folder }) => file.path.startsWith(`${folder}/`));
  if (found.specifier.startsWith('.')) return relativeProblem(file, found.specifier, home);
  if (found.specifier.startsWith(SCOPE))
    return packageProblem(file, found.specifier, { home, packages });
  const isNode = found.specifier.startsWith('node:');
  if (home?.folder === 'packages/core' && !isTestFile(file.path)) {
    return `core imports nothing, not even ${found.specifier}`;
  }
  if (!isNode && home !== undefined && !isTestFile(file.path) && !declares(home, found.specifier)) {
    return `${packageOf(found.specifier)} is not declared in ${home.folder}/package.json`;
  }
  return null;
}

function relativeProblem(
  file: SourceFile,
  specifier: string,
  home: WorkspacePackage | undefined,
): string | null {
  const target = posix.normalize(posix.join(posix.dirname(file.path), specifier));
  // Tests start the peers that all of them share.
  const shared = isTestFile(file.path) && target.startsWith('tools/peers/');
  if (home !== undefined && !shared && !target.startsWith(`${home.folder}/`)) {
    return `${specifier} leaves the package: import it by its name`;
  }
  return /\.(ts|tsx|mjs|js|css|json)$/.test(specifier) ? null : `${specifier} needs its extension`;
}

function packageProblem(
  file: SourceFile,
  specifier: string,
  {
    home,
    packages,
  }: {
    readonly home: WorkspacePackage | undefined;
    readonly packages: readonly WorkspacePackage[];
  },
): string | null {
  const target = packages.find(({ name }) => name === packageOf(specifier));
  if (target === undefined) return `${specifier} is no package of this tree`;
  if (specifier !== target.name)
    return `${specifier} reaches into a package: import ${target.name}`;
  const from = home?.folder ?? file.path.split('/')[0] ?? '';
  if (target.folder.startsWith('apps/') && !isTestFile(file.path)) {
    return 'an app is imported by nothing, other apps included';
  }
  const [, may] = ALLOWED.find(([pattern]) => pattern.test(from)) ?? [];
  const short = target.folder.split('/')[1] ?? '';
  const extra = isTestFile(file.path) ? TEST_EXTRA : [];
  if (may !== undefined && target !== home && ![...may, ...extra].includes(short)) {
    return `${from} may not import ${target.folder}`;
  }
  if (home !== undefined && target !== home && !declares(home, specifier)) {
    return `${specifier} is not declared in ${home.folder}/package.json`;
  }
  return null;
}

function declares({ dependencies, devDependencies }: WorkspacePackage, specifier: string): boolean {
  const name = packageOf(specifier);
  return name in dependencies || name in devDependencies;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
