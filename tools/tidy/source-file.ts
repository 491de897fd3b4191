import { parseSync } from 'oxc-parser';

/** A node of the syntax tree (ESTree with TypeScript); only what the rules read. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** One import, dynamic ones and re-exports included. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `type` leaves nothing behind at run time. */
  readonly kind: 'value' | 'type';
}

/** A source file with its syntax tree. */
export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly program: SyntaxNode;
  readonly imports: readonly Import[];
  readonly comments: readonly {
    readonly value: string;
    readonly start: number;
    readonly end: number;
    readonly type: string;
  }[];
  /** Line of an offset, from 1. */
  lineAt(offset: number): number;
}

const TEST_PATH =
  /(\.(test|testing)\.tsx?$)|(^|\/)(test|testing|__fixtures__|histories)\/|^(e2e|tools\/peers|packages\/testkit)\//;

/** Whether a file only serves tests, and may do what tests do. */
export function isTestFile(path: string): boolean {
  return TEST_PATH.test(path);
}

/** Parses a source file; what the compiler would refuse is left to the compiler. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, comments } = parseSync(path, text);
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const lineAt = (offset: number) => {
    const after = starts.findIndex((start) => start > offset);
    return after < 0 ? starts.length : after;
  };
  const fromStatements = module.staticImports.map((statement): Import => ({
    specifier: statement.moduleRequest.value,
    line: lineAt(statement.start),
    kind: isTypeOnly(text.slice(statement.start, statement.end), statement.entries)
      ? 'type'
      : 'value',
  }));
  const fromExports = module.staticExports.flatMap((statement): Import[] => {
    const [entry] = statement.entries;
    const specifier = entry?.moduleRequest?.value;
    if (specifier === undefined) return [];
    const kind = isTypeOnly(text.slice(statement.start, statement.end), statement.entries)
      ? 'type'
      : 'value';
    return [{ specifier, line: lineAt(statement.start), kind }];
  });
  const dynamic = module.dynamicImports.map((statement): Import => ({
    specifier: text
      .slice(statement.moduleRequest.start, statement.moduleRequest.end)
      .replaceAll(/^['"]|['"]$/g, ''),
    line: lineAt(statement.start),
    kind: 'value',
  }));
  return {
    path,
    text,
    lines: text.endsWith('\n') ? starts.length - 1 : starts.length,
    program: program as unknown as SyntaxNode,
    imports: [...fromStatements, ...fromExports, ...dynamic],
    comments,
    lineAt,
  };
}

function isTypeOnly(statement: string, entries: readonly { readonly isType: boolean }[]): boolean {
  if (/^(import|export)\s+type\b/.test(statement)) return true;
  return entries.length > 0 && entries.every((entry) => entry.isType);
}

/** Calls `visit` on every node, outermost first, with its ancestors. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
  ancestors: readonly SyntaxNode[] = [],
): void {
  visit(node, ancestors);
  const inner = [...ancestors, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, inner);
    }
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value
  );
}

/** The name that an identifier node carries, or undefined. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  return typeof node['name'] === 'string' ? node['name'] : undefined;
}
