import { posix } from 'node:path';
import type { Project, Violation } from '../project.ts';
import type { SourceFile } from '../source-file.ts';

/** No file imports itself by way of others; imports of types alone are left out, since nothing of them is there at run time. */
export function checkCycles({ files }: Project): readonly Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const violations: Violation[] = [];
  const visit = (file: SourceFile, trail: readonly string[]): void => {
    if (trail.includes(file.path)) {
      const cycle = [...trail.slice(trail.indexOf(file.path)), file.path];
      violations.push({ rule: 'cycles', file: file.path, line: 1, message: cycle.join(' → ') });
      return;
    }
    if (done.has(file.path)) return;
    for (const target of targetsOf(file, byPath)) visit(target, [...trail, file.path]);
    done.add(file.path);
  };
  for (const file of files) visit(file, []);
  return violations;
}

function targetsOf(
  file: SourceFile,
  byPath: ReadonlyMap<string, SourceFile>,
): readonly SourceFile[] {
  return file.imports
    .filter(({ specifier, kind }) => kind === 'value' && specifier.startsWith('.'))
    .flatMap(({ specifier }) => {
      const path = posix.normalize(posix.join(posix.dirname(file.path), specifier));
      return byPath.get(path) ?? [];
    });
}
