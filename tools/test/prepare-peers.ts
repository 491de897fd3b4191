import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { innerNpmEnvironment, npmCommand } from '../setup/npm-environment.mjs';
import { findProgram, isExecutable, type PeerOptions } from './find-program.ts';
import { ensureTlogVerifier } from './prepare-go-peer.ts';
import { runCommand } from './run-command.ts';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MOTO = 'moto[server]>=5.2,<6';
const PRISM = '@stoplight/prism-cli@5.14.2';

/**
 * Sets up programs that we did not write and test against: a browser, an emulator of AWS (moto) and a judge of requests by
 * vendors' specifications (prism) and a verifier of the log on others' code (Go), the latter three into `.peers`. Answers with the environment for the tests. What cannot be
 * had is said, and the tests that need it skip by name.
 */
export async function preparePeers(root: string, options: PeerOptions): Promise<NodeJS.ProcessEnv> {
  const { environment } = options;
  const browser = findProgram(BROWSERS, environment) ?? (await installBrowser(root, options));
  await ensureMoto(root, options);
  await ensurePrism(root, options);
  await ensureTlogVerifier(root, options);
  return { ...environment, TZ: 'UTC', ...(browser !== undefined && { CHROMIUM: browser }) };
}

async function installBrowser(
  root: string,
  { environment, say }: PeerOptions,
): Promise<string | undefined> {
  const apt = findProgram(['apt-get'], environment);
  if (process.getuid?.() !== 0 || apt === undefined) {
    say('No browser: install Chromium (Debian: apt-get install chromium) for the browser tests.');
    return undefined;
  }
  say('Installing Chromium for the browser tests …');
  const quiet = { cwd: root, environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive' } };
  await runCommand(apt, ['update', '-qq'], quiet);
  const packages = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  const { code, output } = await runCommand(apt, packages, quiet);
  if (code !== 0) say(`Chromium could not be installed: ${lastLine(output)}`);
  return findProgram(BROWSERS, environment);
}

async function ensureMoto(root: string, { environment, say }: PeerOptions): Promise<void> {
  const folder = join(root, '.peers', 'venv');
  if (isExecutable(join(folder, 'bin', 'moto_server'))) return;
  const installed = findProgram(['moto_server'], environment);
  if (installed !== undefined && (await answers(installed, root))) return;
  const python = findProgram(['python3'], environment);
  if (python === undefined) {
    say('No Python: the tests against an emulator of AWS are skipped.');
    return;
  }
  say('Installing an emulator of AWS (moto) into .peers …');
  const made = await runCommand(python, ['-m', 'venv', folder], { cwd: root });
  const pip = join(folder, 'bin', 'pip');
  const pipArguments = ['install', '--quiet', '--disable-pip-version-check', MOTO];
  const got = existsSync(pip) ? await runCommand(pip, pipArguments, { cwd: root }) : made;
  if (got.code !== 0) say(`moto could not be installed: ${lastLine(got.output)}`);
}

async function ensurePrism(root: string, { environment, say }: PeerOptions): Promise<void> {
  const folder = join(root, '.peers');
  if (existsSync(join(folder, 'node_modules', '@stoplight', 'prism-cli', 'dist'))) return;
  mkdirSync(folder, { recursive: true });
  say('Installing a judge of requests by specification (prism) into .peers …');
  const { command, leading } = npmCommand(environment);
  const flags = [
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { code, output } = await runCommand(command, [...leading, 'install', ...flags, PRISM], {
    cwd: folder,
    environment: innerNpmEnvironment(environment),
  });
  if (code !== 0) say(`prism could not be installed: ${lastLine(output)}`);
}

/** A program on the path may be a shim of an environment that lacks it. */
async function answers(program: string, root: string): Promise<boolean> {
  const { code } = await runCommand(program, ['--help'], { cwd: root });
  return code === 0;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
