import type { Project, Violation } from '../project.ts';
import { isTestFile, nameOf, walk, type SourceFile, type SyntaxNode } from '../source-file.ts';

const SEGMENT = /^(__fixtures__|[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*)$/;

/** Words of the glossary's last column ("do not say"), and abbreviations; whole words of an identifier. */
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  cfg: 'configuration',
  msg: 'message',
  opts: 'options',
  params: 'parameters',
  vuln: 'finding',
  runbook: 'playbook',
  utils: 'a name that says what it does',
  helper: 'a name that says what it does',
  helpers: 'a name that says what it does',
};

/** Whole identifiers that mean something which the glossary calls otherwise. */
const NAMED_OTHERWISE: Readonly<Record<string, string>> = {
  linkedAccount: 'subAccountId',
  linkedAccountId: 'subAccountId',
  trustScore: 'decisionAccuracy',
  riskScore: 'blastRadius',
};

/** Files are named in kebab case, and code speaks the glossary's language. */
export function checkNames({ files }: Project): readonly Violation[] {
  return files.flatMap((file) => [...checkPath(file), ...checkIdentifiers(file)]);
}

function checkPath({ path }: SourceFile): readonly Violation[] {
  const bad = path.split('/').find((segment) => !SEGMENT.test(segment));
  return bad === undefined
    ? []
    : [{ rule: 'names', file: path, line: 1, message: `${bad} is not kebab-case` }];
}

function checkIdentifiers(file: SourceFile): readonly Violation[] {
  if (isTestFile(file.path)) return [];
  const violations: Violation[] = [];
  const look = (node: SyntaxNode, name: string | undefined) => {
    const better = name === undefined ? undefined : betterName(name);
    if (better === undefined) return;
    const message = `${name}: the glossary says ${better}`;
    violations.push({ rule: 'names', file: file.path, line: file.lineAt(node.start), message });
  };
  walk(file.program, (node) => {
    for (const declared of declaredBy(node)) look(node, declared);
  });
  return violations;
}

/** Names that a node introduces: of others' objects we only use the names that they have. */
function declaredBy(node: SyntaxNode): readonly (string | undefined)[] {
  switch (node.type) {
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return [nameOf(node['id'])];
    case 'TSPropertySignature':
    case 'TSMethodSignature':
    case 'MethodDefinition':
      return [nameOf(node['key'])];
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return (node['params'] as readonly unknown[]).map(nameOf);
    default:
      return [];
  }
}

function betterName(name: string): string | undefined {
  const whole = Object.hasOwn(NAMED_OTHERWISE, name) ? NAMED_OTHERWISE[name] : undefined;
  if (whole !== undefined) return whole;
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const found = words.find((word) => Object.hasOwn(SAID_OTHERWISE, word));
  return found === undefined ? undefined : SAID_OTHERWISE[found];
}
