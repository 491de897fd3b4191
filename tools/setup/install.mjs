// @ts-check
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { innerNpmEnvironment, npmCommand } from './npm-environment.mjs';
import { SetupProblem } from './problem.mjs';
import { startProgress } from './progress.mjs';

const OUTPUT_CHARACTERS_MAX = 20_000;

/**
 * Installs exactly the locked packages if what is installed differs from the lock file; otherwise costs one file read.
 * No package runs a script of its own.
 *
 * @param {string} root
 * @returns {Promise<{ installed: boolean, fingerprint: string }>}
 */
export async function ensureInstalled(root) {
  const fingerprint = fingerprintOf(root);
  if (isInstalled(root, fingerprint)) return { installed: false, fingerprint };
  return withLock(root, async () => {
    // Another start may have finished the work while this one waited.
    if (isInstalled(root, fingerprint)) return { installed: false, fingerprint };
    await install(root);
    markInstalled(root, fingerprint);
    return { installed: true, fingerprint };
  });
}

/** @param {string} root */
function fingerprintOf(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256')
    .update(lock)
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.counterfoil-setup');
}

/**
 * @param {string} root
 * @param {string} fingerprint
 */
function isInstalled(root, fingerprint) {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, 'utf8') === fingerprint;
}

/**
 * @param {string} root
 * @param {string} fingerprint
 */
function markInstalled(root, fingerprint) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile(root), fingerprint);
}

/** @param {string} root */
async function install(root) {
  assertWritable(root);
  const total = Object.keys(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages,
  ).length;
  const progress = startProgress('Installing packages (only when the lock file changed)', () => {
    const count = countInstalled(root);
    return count === 0 ? '' : `${count} of at most ${total}`;
  });
  const { command, leading, shell } = npmCommand(process.env);
  const flags = [
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--loglevel=error',
    '--progress=false',
  ];
  const child = spawn(command, [...leading, 'ci', ...flags, '--no-audit', '--no-fund'], {
    cwd: root,
    env: innerNpmEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell,
  });
  let output = '';
  const keep = (/** @type {Buffer} */ chunk) => {
    output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      keep(Buffer.from(String(error)));
      resolve(null);
    });
    child.once('close', resolve);
  });
  if (code !== 0) {
    progress.failed();
    throw problemOf(output);
  }
  progress.done();
}

/** @param {string} root */
function assertWritable(root) {
  const probe = join(root, `.counterfoil-write-${process.pid}`);
  try {
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new SetupProblem(
      `the folder ${root} cannot be written: ${/** @type {NodeJS.ErrnoException} */ (error).code}`,
      'copy the project to a folder that you own, or give yourself write permission',
    );
  }
}

/** @param {string} root */
function countInstalled(root) {
  try {
    return readdirSync(join(root, 'node_modules'))
      .filter((name) => !name.startsWith('.'))
      .reduce((count, name) => {
        const scope = name.startsWith('@')
          ? readdirSync(join(root, 'node_modules', name)).length
          : 1;
        return count + scope;
      }, 0);
  } catch {
    // Packages move while npm works; the count is only for the eye.
    return 0;
  }
}

/**
 * Turns npm's output into a sentence that says what to do.
 *
 * @param {string} output
 */
export function problemOf(output) {
  const said = output.trim().split('\n').slice(0, 15).join('\n');
  /** @type {readonly (readonly [RegExp, string, string])[]} */
  const known = [
    [
      /ENOENT.*\bnpm\b|spawn npm/,
      'npm was not found',
      'install Node with npm, version 20 or newer',
    ],
    [
      /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ENOTCACHED/,
      'the package registry cannot be reached',
      'connect to the network, or set the proxy or registry in ~/.npmrc; later starts need no network',
    ],
    [/ENOSPC/, 'the disk is full', 'free about 1 GB and start again'],
    [
      /EROFS|EACCES|EPERM/,
      'a file or folder cannot be written',
      'give yourself write permission on the project folder and on npm’s cache',
    ],
    [
      /EINTEGRITY/,
      'a package does not have the content that the lock file names',
      'run `npm cache verify` and start again; if it stays, the registry serves other bytes than were locked: do not go on',
    ],
    [
      /E401|E403/,
      'the package registry refused access',
      'check the registry credentials in ~/.npmrc',
    ],
    [
      /E404|ETARGET/,
      'the package registry lacks a locked package',
      'check which registry ~/.npmrc names',
    ],
    [
      /EUSAGE/,
      'package.json and package-lock.json disagree',
      'run `npm install` and commit the lock file',
    ],
  ];
  const [, message, remedy] = known.find(([pattern]) => pattern.test(output)) ?? [
    null,
    'npm ci failed',
    'read npm’s output above',
  ];
  return new SetupProblem(`${message}\n\nnpm said:\n${said}\n`, remedy);
}
