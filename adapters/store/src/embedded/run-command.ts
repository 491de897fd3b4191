import { spawn } from 'node:child_process';

/** The operating-system user that PostgreSQL runs as; `null` means the user of this process. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export interface CommandResult {
  readonly code: number;
  /** Standard output and standard error together, as they came. */
  readonly output: string;
}

/** Windows programs do not start without their system's variables, so there they inherit. */
const CLEAN_ENVIRONMENT =
  process.platform === 'win32'
    ? {}
    : { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' } };

/** Runs a program to its end with an environment that holds nothing of ours; never throws on a non-zero code. */
export function runCommand(
  program: string,
  args: readonly string[],
  identity: Identity | null,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const child = spawn(program, args, {
    cwd: '/',
    ...CLEAN_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity,
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.once('error', (error) => resolve({ code: 127, output: error.message }));
  // `exit`, not `close`: a server that inherited a pipe must not keep us waiting.
  child.once('exit', (code) => setImmediate(() => resolve({ code: code ?? 1, output })));
  return promise;
}
