// @ts-check
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { SetupProblem } from './problem.mjs';
import { startProgress } from './progress.mjs';

const SKIPPED = new Set(['dist', 'node_modules']);

/**
 * Builds the console's page into `apps/console/dist` if its sources or the installed packages changed.
 *
 * @param {string} root
 * @param {{ runtime: string, fingerprint: string }} options
 */
export async function ensureConsole(root, { runtime, fingerprint }) {
  const folder = join(root, 'apps', 'console');
  const wanted = hashOf(folder, fingerprint);
  if (isBuilt(folder, wanted)) return;
  await withLock(root, async () => {
    if (isBuilt(folder, wanted)) return;
    const progress = startProgress('Building the console', () => '');
    const output = await build(root, folder, runtime);
    if (output !== null) {
      progress.failed();
      throw new SetupProblem(`the console did not build\n\n${output}\n`, 'see the message above');
    }
    writeFileSync(stampFile(folder), wanted);
    progress.done();
  });
}

/** @param {string} folder */
function stampFile(folder) {
  return join(folder, 'dist', '.sources');
}

/**
 * @param {string} folder
 * @param {string} wanted
 */
function isBuilt(folder, wanted) {
  const file = stampFile(folder);
  return existsSync(file) && readFileSync(file, 'utf8') === wanted;
}

/**
 * @param {string} folder
 * @param {string} fingerprint
 */
function hashOf(folder, fingerprint) {
  const hash = createHash('sha256').update(fingerprint);
  for (const path of filesOf(folder))
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(folder, path)));
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {string} [prefix]
 * @returns {string[]}
 */
function filesOf(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name) && !entry.name.includes('.test.'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? filesOf(folder, path) : [path];
    });
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {string} runtime
 * @returns {Promise<string | null>} the output of a failed build
 */
async function build(root, folder, runtime) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(runtime, [vite, 'build', '--logLevel', 'warn'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(String(error)));
    child.once('close', (code) => resolve(code === 0 ? null : output));
  });
}
