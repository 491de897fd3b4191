import type { Project, Violation } from '../project.ts';
import { isTestFile, nameOf, type SourceFile, type SyntaxNode } from '../source-file.ts';

/** Whatever the vocabulary and the trusted base export says what it promises. */
const PLACES = /^packages\/(core|guard)\/src\//;

/** Exports of core and guard have a docstring. Constants and types that only name their parts may go without. */
export function checkDocstrings({ files }: Project): readonly Violation[] {
  return files.filter(({ path }) => PLACES.test(path) && !isTestFile(path)).flatMap(checkFile);
}

function checkFile(file: SourceFile): readonly Violation[] {
  const statements = file.program['body'] as readonly SyntaxNode[];
  return statements
    .filter((statement) => statement.type === 'ExportNamedDeclaration' && needsDocstring(statement))
    .filter((statement) => !hasDocstring(file, statement))
    .map((statement) => ({
      rule: 'docstrings',
      file: file.path,
      line: file.lineAt(statement.start),
      message: `${declaredName(statement) ?? 'an export'} does not say what it promises`,
    }));
}

function needsDocstring(statement: SyntaxNode): boolean {
  const declaration = statement['declaration'] as SyntaxNode | null;
  return declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration';
}

function hasDocstring(file: SourceFile, { start }: SyntaxNode): boolean {
  return file.comments.some(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      file.text.slice(end, start).trim() === '' &&
      end <= start,
  );
}

function declaredName(statement: SyntaxNode): string | undefined {
  const declaration = statement['declaration'] as SyntaxNode | null;
  return nameOf(declaration?.['id']);
}
