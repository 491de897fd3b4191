import type { Project, Violation } from '../project.ts';

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

/** The lock file pins bytes and not places: a hash for every package, and no download address. */
export function checkLockFile({ lockFileText }: Project): readonly Violation[] {
  const { packages = {} } = JSON.parse(lockFileText) as {
    readonly packages?: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(packages).flatMap(([path, locked]) => {
    const problem = problemOf(path, locked);
    return problem === null
      ? []
      : [{ rule: 'lock file', file: 'package-lock.json', line: 1, message: `${path}: ${problem}` }];
  });
}

function problemOf(path: string, { resolved, integrity, link }: LockedPackage): string | null {
  if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return null;
  if (link === true) return null;
  if (resolved !== undefined)
    return 'names a download address: set omit-lockfile-registry-resolved';
  return integrity === undefined ? 'has no integrity hash' : null;
}
