// @ts-check
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureConsole } from './console.mjs';
import { handOver } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { SetupProblem } from './problem.mjs';
import { assertSetupNode, findRuntime } from './runtime.mjs';

/**
 * What can be run, and whether it serves the console.
 *
 * @type {Readonly<Record<string, { entry: string, console: (args: readonly string[]) => boolean }>>}
 */
const PROGRAMS = {
  counterfoil: { entry: 'apps/cli/src/main.ts', console: (args) => args.includes('up') },
  test: { entry: 'tools/test/main.ts', console: () => true },
  check: { entry: 'tools/test/check-main.ts', console: () => false },
  adversary: { entry: 'e2e/adversary/main.ts', console: () => false },
};

const EXIT_USAGE = 2;
const EXIT_OUTSIDE = 3;

/**
 * Sets up what is missing, then runs one of the project's programs under Node 24 and answers with its exit code.
 * `args[0]` names the program, the rest is its own.
 *
 * @param {{ root: string, cwd: string, args: readonly string[] }} request
 * @returns {Promise<number>}
 */
export async function setUpAndRun({ root, cwd, args }) {
  const [name = '', ...rest] = args;
  const program = name === 'bench' ? benchmark(root, rest) : PROGRAMS[name];
  const own = name === 'bench' ? rest.slice(1) : rest;
  if (program === undefined) {
    process.stderr.write(`${usage(root)}\n`);
    return EXIT_USAGE;
  }
  try {
    assertSetupNode(process.versions.node);
    const { fingerprint } = await ensureInstalled(root);
    const runtime = findRuntime(root, {
      version: process.versions.node,
      execPath: process.execPath,
      platform: `${process.platform}-${process.arch}`,
    });
    if (program.console(rest)) await ensureConsole(root, { runtime, fingerprint });
    const cache = join(root, 'node_modules', '.cache', 'node');
    return await handOver(runtime, [join(root, program.entry), ...own], { cwd, cache });
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    process.stderr.write(
      `\ncounterfoil cannot be set up: ${error.message}\nWhat to do: ${error.remedy}\n`,
    );
    return EXIT_OUTSIDE;
  }
}

/**
 * One of the programs in `bench/`, named by the first argument.
 *
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {{ entry: string, console: () => boolean } | undefined}
 */
function benchmark(root, [name = '']) {
  if (!benchmarks(root).includes(name)) return undefined;
  return { entry: `bench/${name}.ts`, console: () => false };
}

/** @param {string} root */
function benchmarks(root) {
  return readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
    .map((file) => file.slice(0, -'.ts'.length));
}

/** @param {string} root */
function usage(root) {
  const programs = Object.keys(PROGRAMS).join('|');
  return `usage: run.mjs ${programs} [arguments], or run.mjs bench ${benchmarks(root).join('|')}`;
}
