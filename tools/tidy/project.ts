import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSource, type SourceFile } from './source-file.ts';

/** A workspace package as its package.json describes it. */
export interface WorkspacePackage {
  /** Folder, such as `packages/core`. */
  readonly folder: string;
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** All that the rules look at. */
export interface Project {
  readonly files: readonly SourceFile[];
  readonly packages: readonly WorkspacePackage[];
  readonly lockFileText: string;
}

/** Something that breaks a house rule. */
export interface Violation {
  readonly rule: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** One house rule; the whole list is in `rules.ts`. */
export type Rule = (project: Project) => readonly Violation[];

const PLACES = ['packages', 'adapters', 'apps', 'tools', 'bench', 'e2e', 'bin'];
const LEFT_OUT = new Set(['node_modules', 'dist', '__fixtures__']);

/** Reads every source file of the tree. */
export function readProject(root: string): Project {
  const paths = PLACES.flatMap((place) =>
    globSync(`${place}/**/*.{ts,tsx,mjs}`, {
      cwd: root,
      exclude: (path) => path.split(/[\\/]/).some((part) => LEFT_OUT.has(part)),
    }),
  );
  return {
    files: paths
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted()
      .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8'))),
    packages: ['packages', 'adapters', 'apps'].flatMap((place) =>
      globSync(`${place}/*/package.json`, { cwd: root }).map((path) => readPackage(root, path)),
    ),
    lockFileText: readFileSync(join(root, 'package-lock.json'), 'utf8'),
  };
}

function readPackage(root: string, path: string): WorkspacePackage {
  const {
    name,
    dependencies = {},
    devDependencies = {},
  } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Partial<WorkspacePackage> & {
    readonly name: string;
  };
  const folder = path.replaceAll('\\', '/').replace(/\/package\.json$/, '');
  return { folder, name, dependencies, devDependencies };
}
