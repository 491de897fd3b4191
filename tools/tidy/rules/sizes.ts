import type { Project, Violation } from '../project.ts';
import { isTestFile, nameOf, walk, type SourceFile, type SyntaxNode } from '../source-file.ts';

export const FILE_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 70;
export const PARAMETERS_MAX = 4;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Files, functions and parameter lists stay small (style guide, sizes). */
export function checkSizes({ files }: Project): readonly Violation[] {
  return files.flatMap((file) => [...checkFile(file), ...checkFunctions(file)]);
}

function checkFile({ path, lines }: SourceFile): readonly Violation[] {
  if (lines <= FILE_LINES_MAX) return [];
  return [
    { rule: 'sizes', file: path, line: 1, message: `${lines} lines, at most ${FILE_LINES_MAX}` },
  ];
}

function checkFunctions(file: SourceFile): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (node: SyntaxNode, message: string) =>
    violations.push({ rule: 'sizes', file: file.path, line: file.lineAt(node.start), message });
  walk(file.program, (node, ancestors) => {
    if (!FUNCTIONS.has(node.type)) return;
    const lines = file.lineAt(node.end) - file.lineAt(node.start) + 1;
    const name = functionName(node, ancestors);
    if (lines > FUNCTION_LINES_MAX && !isTestFile(file.path)) {
      report(node, `${name} has ${lines} lines, at most ${FUNCTION_LINES_MAX}`);
    }
    const parameters = (node['params'] as readonly unknown[]).length;
    if (parameters > PARAMETERS_MAX) {
      report(
        node,
        `${name} has ${parameters} parameters, at most ${PARAMETERS_MAX}: use one options object`,
      );
    }
  });
  return violations;
}

function functionName(node: SyntaxNode, ancestors: readonly SyntaxNode[]): string {
  const parent = ancestors.at(-1);
  return nameOf(node['id']) ?? nameOf(parent?.['id']) ?? nameOf(parent?.['key']) ?? 'a function';
}
