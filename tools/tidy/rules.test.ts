import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Project, Rule, WorkspacePackage } from './project.ts';
import { checkArrows } from './rules/arrows.ts';
import { checkBans } from './rules/bans.ts';
import { checkCycles } from './rules/cycles.ts';
import { checkDocstrings } from './rules/docstrings.ts';
import { checkGuardSize } from './rules/guard-size.ts';
import { checkLockFile } from './rules/lock-file.ts';
import { checkNames } from './rules/names.ts';
import { checkPlaces } from './rules/places.ts';
import { checkSizes } from './rules/sizes.ts';
import { parseSource } from './source-file.ts';

const NAMES: Readonly<Record<string, string>> = {
  'packages/core': '@counterfoil/core',
  'packages/guard': '@counterfoil/guard',
  'packages/engine': '@counterfoil/engine',
  'packages/process': '@counterfoil/process',
  'packages/simulator': '@counterfoil/simulator',
  'adapters/store': '@counterfoil/store',
  'adapters/aws': '@counterfoil/aws',
  'apps/server': '@counterfoil/app-server',
  'apps/agent': '@counterfoil/app-agent',
};

function project(
  sources: Readonly<Record<string, string>>,
  options: {
    readonly packages?: Partial<Record<string, Partial<WorkspacePackage>>>;
    readonly lock?: unknown;
  } = {},
): Project {
  const everything = Object.fromEntries(
    [...Object.values(NAMES), 'pg', '@cedar-policy/cedar-wasm'].map((name) => [name, '1.0.0']),
  );
  return {
    files: Object.entries(sources).map(([path, text]) => parseSource(path, text)),
    packages: Object.entries(NAMES).map(([folder, name]) => ({
      folder,
      name,
      dependencies: folder === 'packages/guard' ? { '@counterfoil/core': '0.1.0' } : everything,
      devDependencies: {},
      ...options.packages?.[folder],
    })),
    lockFileText: JSON.stringify(options.lock ?? { packages: {} }),
  };
}

/** Messages of a rule over one file. */
function messages(rule: Rule, path: string, text: string): readonly string[] {
  return rule(project({ [path]: text })).map(({ message, line }) => `${line}: ${message}`);
}

test('imports go along the arrows and not against them', () => {
  const allowed = [
    ['packages/engine/src/a.ts', `import { x } from '@counterfoil/guard';`],
    ['adapters/aws/src/a.ts', `import { x } from '@counterfoil/core';`],
    ['apps/server/src/a.ts', `import { x } from '@counterfoil/store';`],
    ['adapters/aws/test/a.test.ts', `import { x } from '@counterfoil/simulator';`],
    ['packages/core/src/a.ts', `import { x } from './b.ts';`],
  ] as const;
  for (const [path, text] of allowed) assert.deepEqual(messages(checkArrows, path, text), [], path);
  const refused = [
    ['packages/core/src/a.ts', `import { x } from '@counterfoil/guard';`],
    ['packages/core/src/a.ts', `import { x } from 'node:fs';`],
    ['packages/guard/src/a.ts', `import { x } from '@counterfoil/engine';`],
    ['packages/engine/src/a.ts', `import { x } from '@counterfoil/store';`],
    ['packages/process/src/a.ts', `import { x } from '@counterfoil/store';`],
    ['adapters/aws/src/a.ts', `import { x } from '@counterfoil/store';`],
    ['adapters/aws/src/a.ts', `import { x } from '@counterfoil/simulator';`],
    ['apps/server/src/a.ts', `import { x } from '@counterfoil/app-agent';`],
    ['apps/server/src/a.ts', `export type { x } from '@counterfoil/app-agent';`],
    ['apps/server/src/a.ts', `const x = await import('@counterfoil/app-agent');`],
  ] as const;
  for (const [path, text] of refused)
    assert.equal(messages(checkArrows, path, text).length, 1, `${path} ${text}`);
});

test('a package is imported by its name, never by a file inside it', () => {
  const deep = [
    `import { x } from '@counterfoil/core/src/a.ts';`,
    `import { x } from '../../../packages/core/src/a.ts';`,
  ];
  for (const text of deep)
    assert.equal(messages(checkArrows, 'apps/server/src/a.ts', text).length, 1, text);
});

test('a package that is used is declared', () => {
  const undeclared = { 'adapters/store': { dependencies: {} } };
  const sources = { 'adapters/store/src/a.ts': `import { Pool } from 'pg';` };
  assert.match(
    checkArrows(project(sources, { packages: undeclared }))[0]?.message ?? '',
    /pg is not declared/,
  );
  assert.deepEqual(checkArrows(project(sources)), []);
});

test('a cycle of imports is found once and named, a cycle of types is none', () => {
  const cycle = {
    'packages/core/src/a.ts': `import { b } from './b.ts';`,
    'packages/core/src/b.ts': `import { c } from './c.ts';`,
    'packages/core/src/c.ts': `import { a } from './a.ts';`,
  };
  const [violation, ...more] = checkCycles(project(cycle));
  assert.match(violation?.message ?? '', /a\.ts → .*b\.ts → .*c\.ts → .*a\.ts/);
  assert.deepEqual(more, []);
  const types = { ...cycle, 'packages/core/src/c.ts': `import type { A } from './a.ts';` };
  assert.deepEqual(checkCycles(project(types)), []);
});

test('400 lines are a file and 401 are too many', () => {
  const lines = (count: number) => 'const x = 1;\n'.repeat(count);
  assert.deepEqual(messages(checkSizes, 'packages/core/src/a.ts', lines(400)), []);
  assert.equal(messages(checkSizes, 'packages/core/src/a.ts', lines(401)).length, 1);
});

test('70 lines are a function and 71 are too many, four parameters pass and five do not', () => {
  const lines = (count: number) => `function f() {\n${'  g();\n'.repeat(count - 2)}}\n`;
  assert.deepEqual(messages(checkSizes, 'packages/core/src/a.ts', lines(70)), []);
  assert.match(
    messages(checkSizes, 'packages/core/src/a.ts', lines(71))[0] ?? '',
    /f has 71 lines/,
  );
  assert.deepEqual(
    messages(checkSizes, 'packages/core/src/a.ts', 'const f = (a, b, c, d) => 1;'),
    [],
  );
  assert.match(
    messages(checkSizes, 'packages/core/src/a.ts', 'const f = (a, b, c, d, e) => 1;')[0] ?? '',
    /f has 5 parameters/,
  );
});

test('time, chance, environment and network are banned where decisions are made, and free where programs are', () => {
  const impure = [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'process.env.HOME',
    `fetch('x')`,
    'console.log(1)',
  ];
  for (const text of impure) {
    assert.equal(
      messages(checkBans, 'packages/engine/src/a.ts', `export const x = ${text};`).length,
      1,
      text,
    );
    assert.deepEqual(
      messages(checkBans, 'apps/server/src/a.ts', `export const x = ${text};`),
      [],
      text,
    );
  }
  assert.deepEqual(
    messages(checkBans, 'packages/engine/src/a.ts', 'export const x = new Date(5);'),
    [],
  );
  assert.equal(
    messages(checkBans, 'packages/guard/src/a.ts', `import { request } from 'node:https';`).length,
    1,
  );
});

test('any, default exports, plain errors, enums and unfinished work are banned', () => {
  const banned = [
    'export const x: any = 1;',
    'export default 1;',
    `throw new Error('x');`,
    `throw new TypeError('x');`,
    'enum Colour { red }',
    'class A { constructor(private x: string) {} }',
    '// TODO later\nexport {};',
    '// @ts-ignore\nexport {};',
  ];
  for (const text of banned)
    assert.equal(messages(checkBans, 'apps/server/src/a.ts', text).length, 1, text);
  assert.deepEqual(messages(checkBans, 'apps/server/src/a.test.ts', `throw new Error('x');`), []);
  assert.deepEqual(messages(checkBans, 'apps/console/vite.config.ts', 'export default 1;'), []);
  assert.deepEqual(
    messages(checkBans, 'apps/server/src/a.ts', `const text = 'any TODO default enum';`),
    [],
  );
});

test('a lone test is found', () => {
  assert.equal(
    messages(checkBans, 'apps/server/src/a.test.ts', `test.only('x', () => {});`).length,
    1,
  );
});

test('files are in kebab case and identifiers in the language of the glossary', () => {
  assert.deepEqual(messages(checkNames, 'packages/core/src/log-entry.test.ts', ''), []);
  assert.equal(messages(checkNames, 'packages/core/src/logEntry.ts', '').length, 1);
  const refused = [
    'const opts = 1;',
    'function readCfg() {}',
    'interface A { linkedAccountId: string }',
    'const f = (errorMsg) => 1;',
  ];
  for (const text of refused)
    assert.equal(messages(checkNames, 'packages/core/src/a.ts', text).length, 1, text);
  assert.deepEqual(
    messages(
      checkNames,
      'packages/core/src/a.ts',
      'const options = theirs.opts; const constructor = 1;',
    ),
    [],
  );
});

test('no file names a folder of one machine, and only tests look beside the project', () => {
  assert.equal(
    messages(checkPlaces, 'apps/server/src/a.ts', `const x = '${'/work'}/main';`).length,
    1,
  );
  assert.equal(
    messages(checkPlaces, 'apps/server/src/a.ts', `const x = '..${'/shared'}/data';`).length,
    1,
  );
  assert.deepEqual(
    messages(checkPlaces, 'apps/server/src/a.test.ts', `const x = '..${'/shared'}/data';`),
    [],
  );
  assert.deepEqual(
    messages(checkPlaces, 'apps/server/src/a.ts', `import x from '../rework/a.ts';`),
    [],
  );
});

test('a function or class that the vocabulary exports says what it promises', () => {
  assert.equal(
    messages(checkDocstrings, 'packages/core/src/a.ts', 'export function f() {}').length,
    1,
  );
  assert.equal(
    messages(checkDocstrings, 'packages/core/src/a.ts', '// note\nexport class A {}').length,
    1,
  );
  assert.deepEqual(
    messages(checkDocstrings, 'packages/core/src/a.ts', '/** Does. */\nexport function f() {}'),
    [],
  );
});

test('3,000 lines are the trusted base and 3,001 are too many; tests of it do not count', () => {
  const guard = (count: number) =>
    checkGuardSize(
      project({
        'packages/guard/src/a.ts': '\n'.repeat(count),
        'packages/guard/src/a.test.ts': '\n'.repeat(500),
      }),
    );
  assert.deepEqual(guard(3_000), []);
  assert.equal(guard(3_001).length, 1);
});

test('the trusted base rests on one package of others', () => {
  const packages = {
    'packages/guard': { dependencies: { '@cedar-policy/cedar-wasm': '4.0.0', pg: '8.0.0' } },
  };
  assert.deepEqual(
    checkGuardSize(project({}, { packages })).map(({ message }) => message),
    ['may not depend on pg'],
  );
});

test('the lock file has a hash for every package and no download address', () => {
  const check = (locked: unknown) =>
    checkLockFile(project({}, { lock: { packages: { 'node_modules/x': locked } } })).length;
  assert.equal(check({ integrity: 'sha512-x' }), 0);
  assert.equal(check({ link: true, resolved: 'packages/x' }), 0);
  assert.equal(check({}), 1);
  assert.equal(check({ integrity: 'sha512-x', resolved: 'https://example.com/x.tgz' }), 1);
});
