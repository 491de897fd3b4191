import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

interface Check {
  readonly name: string;
  /** Script inside `node_modules` or the project, run under this Node. */
  readonly script: string;
  readonly args: readonly string[];
  /** Only where this file is there. */
  readonly needs?: string;
}

const CHECKS: readonly Check[] = [
  {
    name: 'format',
    script: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'lint', script: 'node_modules/oxlint/bin/oxlint', args: ['--quiet'] },
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
  {
    name: 'types of the console',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', 'apps/console/tsconfig.json'],
    needs: 'apps/console/tsconfig.json',
  },
  { name: 'house rules', script: 'tools/tidy/main.ts', args: [] },
  {
    name: 'dead code',
    script: 'node_modules/knip/bin/knip.js',
    args: ['--no-progress', '--no-config-hints'],
  },
  { name: 'duplicates', script: 'node_modules/jscpd/bin/jscpd', args: ['--silent', '.'] },
];

const OUTPUT_LINES_MAX = 60;

/** Runs the checks of the whole tree; each counts as one test. */
export async function runChecks(root: string, say: (line: string) => void): Promise<Tally> {
  let passed = 0;
  let failed = 0;
  for (const check of CHECKS) {
    if (check.needs !== undefined && !existsSync(join(root, check.needs))) continue;
    const startedMs = performance.now();
    const { code, output } = await runCommand(
      process.execPath,
      [join(root, check.script), ...check.args],
      { cwd: root },
    );
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    say(`${code === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${seconds} s)`);
    if (code === 0) passed += 1;
    else {
      failed += 1;
      say(shorten(output));
    }
  }
  return { passed, failed, skipped: 0 };
}

function shorten(output: string): string {
  const lines = output.trim().split('\n');
  if (lines.length <= OUTPUT_LINES_MAX) return lines.join('\n');
  return [
    ...lines.slice(0, OUTPUT_LINES_MAX),
    `… and ${lines.length - OUTPUT_LINES_MAX} more lines`,
  ].join('\n');
}
