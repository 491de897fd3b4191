import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface PeerOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** The release that fixes a crash at the second execution of a state machine. */
const MOTO = 'moto[server]>=5.2,<6';

/**
 * Sets up programs that we did not write and test against: a browser, and an emulator of AWS. Answers with the environment
 * for the tests: `COUNTERFOIL_CHROMIUM` and `COUNTERFOIL_MOTO` name the programs that are there. What cannot be had is said,
 * and the tests that need it skip by name.
 */
export async function preparePeers(
  root: string,
  { environment, say }: PeerOptions,
): Promise<NodeJS.ProcessEnv> {
  const browser =
    findProgram(BROWSERS, environment) ?? (await installBrowser(root, { environment, say }));
  const moto = await findOrInstallMoto(root, { environment, say });
  return {
    ...environment,
    TZ: 'UTC',
    ...(browser !== undefined && { COUNTERFOIL_CHROMIUM: browser }),
    ...(moto !== undefined && { COUNTERFOIL_MOTO: moto }),
  };
}

/** The first of these programs that is on the path. */
export function findProgram(
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isExecutable(path));
}

async function installBrowser(
  root: string,
  { environment, say }: PeerOptions,
): Promise<string | undefined> {
  const apt = findProgram(['apt-get'], environment);
  if (process.getuid?.() !== 0 || apt === undefined) {
    say(
      'No browser: install Chromium (Debian: apt-get install chromium) to run the browser tests.',
    );
    return undefined;
  }
  say('Installing Chromium for the browser tests …');
  await runCommand(apt, ['update', '-qq'], { cwd: root });
  const quiet = { ...environment, DEBIAN_FRONTEND: 'noninteractive' };
  const { code, output } = await runCommand(
    apt,
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    {
      cwd: root,
      environment: quiet,
    },
  );
  if (code !== 0) say(`Chromium could not be installed: ${output.trim().split('\n').at(-1)}`);
  return findProgram(BROWSERS, environment);
}

async function findOrInstallMoto(
  root: string,
  { environment, say }: PeerOptions,
): Promise<string | undefined> {
  const own = join(root, '.peers', 'venv');
  const inside = join(own, 'bin', 'moto_server');
  if (isExecutable(inside)) return inside;
  const installed = findProgram(['moto_server'], environment);
  if (installed !== undefined && (await answers(installed, root))) return installed;
  const python = findProgram(['python3'], environment);
  if (python === undefined) {
    say('No Python: the tests against an emulator of AWS are skipped.');
    return undefined;
  }
  say('Installing an emulator of AWS (moto) into .peers …');
  const made = await runCommand(python, ['-m', 'venv', own], { cwd: root });
  const pip = join(own, 'bin', 'pip');
  const got = existsSync(pip)
    ? await runCommand(pip, ['install', '--quiet', '--disable-pip-version-check', MOTO], {
        cwd: root,
      })
    : made;
  if (got.code === 0) return inside;
  say(`moto could not be installed: ${got.output.trim().split('\n').at(-1)}`);
  return undefined;
}

/** A program on the path may be a shim of an environment that lacks it. */
async function answers(program: string, root: string): Promise<boolean> {
  const { code } = await runCommand(program, ['--help'], { cwd: root });
  return code === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
