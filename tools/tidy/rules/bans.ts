import type { Project, Violation } from '../project.ts';
import { isTestFile, nameOf, walk, type SourceFile, type SyntaxNode } from '../source-file.ts';

/** Something that must not be written in files of some places. */
interface Ban {
  readonly message: string;
  readonly where: (path: string) => boolean;
  readonly matches: (node: SyntaxNode, file: SourceFile) => boolean;
}

const inSource = (path: string) => !isTestFile(path);
const inPure = (path: string) => inSource(path) && /^packages\/(core|guard|engine)\//.test(path);
const ANYWHERE = () => true;
/** Programs may speak to people; libraries return values or log. */
const inLibraries = (path: string) => inSource(path) && /^(packages|adapters)\//.test(path);
/** Only composition roots know the environment. */
const outsideRoots = (path: string) => inSource(path) && /^(packages|adapters)\//.test(path);

const NETWORK = /^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|worker_threads)(\/|$)/;

const BANS: readonly Ban[] = [
  ban('Date.now() is passed in as a clock', inPure, (node) => isMember(node, 'Date', 'now')),
  ban('the present time is passed in as a clock', inPure, isNewDateOfNow),
  ban('chance is passed in', inPure, (node) => isMember(node, 'Math', 'random')),
  ban('the environment is read by apps alone', outsideRoots, (node) =>
    isMember(node, 'process', 'env'),
  ),
  ban('nothing here reaches the network', inPure, (node) => isCallOf(node, 'fetch')),
  ban('nothing here reaches the network or starts processes', inPure, importsNetwork),
  ban(
    'libraries do not print',
    inLibraries,
    (node) => node.type === 'MemberExpression' && nameOf(node['object']) === 'console',
  ),
  ban(
    '`any` switches the compiler off: use `unknown` and a parser',
    inSource,
    (node) => node.type === 'TSAnyKeyword',
  ),
  ban(
    'a default export has no name to search for',
    (path) => !path.endsWith('.config.ts'),
    (node) => node.type === 'ExportDefaultDeclaration',
  ),
  ban('a plain Error has no code and no remedy: throw a PlatformError', inSource, throwsPlainError),
  ban(
    'an enum cannot be stripped: use a union',
    ANYWHERE,
    (node) => node.type === 'TSEnumDeclaration',
  ),
  ban(
    'a parameter property cannot be stripped',
    ANYWHERE,
    (node) => node.type === 'TSParameterProperty',
  ),
  ban(
    'a namespace cannot be stripped',
    ANYWHERE,
    (node) => node.type === 'TSModuleDeclaration' && node['declare'] !== true,
  ),
  ban('a lone test hides the others', ANYWHERE, isLoneTest),
];

const COMMENT_BANS: readonly (readonly [RegExp, string])[] = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, 'unfinished work is finished or filed, not noted in a comment'],
  [/@ts-(ignore|nocheck)/, 'the compiler is not switched off: use @ts-expect-error in a test'],
];

/** What must not be written, found in the syntax tree and not by text. */
export function checkBans({ files }: Project): readonly Violation[] {
  return files.flatMap((file) => [...checkTree(file), ...checkComments(file)]);
}

function checkTree(file: SourceFile): readonly Violation[] {
  const bans = BANS.filter(({ where }) => where(file.path));
  const violations: Violation[] = [];
  walk(file.program, (node) => {
    for (const { matches, message } of bans) {
      if (!matches(node, file)) continue;
      violations.push({ rule: 'bans', file: file.path, line: file.lineAt(node.start), message });
    }
  });
  return violations;
}

function checkComments(file: SourceFile): readonly Violation[] {
  return file.comments.flatMap(({ value, start }) =>
    COMMENT_BANS.filter(([pattern]) => pattern.test(value)).map(([, message]) => ({
      rule: 'bans',
      file: file.path,
      line: file.lineAt(start),
      message,
    })),
  );
}

function ban(message: string, where: Ban['where'], matches: Ban['matches']): Ban {
  return { message, where, matches };
}

function isMember(node: SyntaxNode, object: string, property: string): boolean {
  return (
    node.type === 'MemberExpression' &&
    nameOf(node['object']) === object &&
    nameOf(node['property']) === property
  );
}

function isCallOf(node: SyntaxNode, name: string): boolean {
  return node.type === 'CallExpression' && nameOf(node['callee']) === name;
}

function isNewDateOfNow(node: SyntaxNode): boolean {
  return (
    node.type === 'NewExpression' &&
    nameOf(node['callee']) === 'Date' &&
    (node['arguments'] as readonly unknown[]).length === 0
  );
}

function throwsPlainError(node: SyntaxNode): boolean {
  if (node.type !== 'ThrowStatement') return false;
  const thrown = node['argument'] as SyntaxNode | null;
  return (
    thrown?.type === 'NewExpression' && /^(Type|Range)?Error$/.test(nameOf(thrown['callee']) ?? '')
  );
}

function importsNetwork(node: SyntaxNode): boolean {
  if (node.type !== 'ImportDeclaration') return false;
  const source = node['source'] as { readonly value?: unknown } | undefined;
  return typeof source?.value === 'string' && NETWORK.test(source.value);
}

function isLoneTest(node: SyntaxNode, { path }: SourceFile): boolean {
  if (!isTestFile(path) || node.type !== 'MemberExpression') return false;
  return (
    ['test', 'it', 'describe', 'suite'].includes(nameOf(node['object']) ?? '') &&
    nameOf(node['property']) === 'only'
  );
}
