import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** What one command line printed and how it ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with an installation of the real program in it, driven only from outside: command line, HTTP, signals. */
export class Installation {
  readonly directory: string;
  readonly state: string;
  private readonly config: string | undefined;
  private running: ChildProcess | undefined;
  private output = '';

  private constructor(directory: string, config: string | undefined) {
    this.directory = directory;
    this.state = join(directory, 'state');
    this.config = config;
  }

  /** A fresh folder; `config` is the text of a configuration file, where the test needs one. */
  static async create(config?: string): Promise<Installation> {
    const directory = await mkdtemp(join(tmpdir(), 'counterfoil-e2e-'));
    // As root the database runs as another user, who must get here; else its data would be put elsewhere and stay there.
    await chmod(directory, 0o755);
    const file = join(directory, 'counterfoil.yaml');
    if (config !== undefined) await writeFile(file, config);
    return new Installation(directory, config === undefined ? undefined : file);
  }

  /** Runs one command to its end. */
  async run(args: readonly string[]): Promise<CommandResult> {
    const child = this.spawn(args);
    const output = collect(child);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode: exitCode ?? -1, stdout: output.stdout(), stderr: output.stderr() };
  }

  /** Runs one command with `--json` and returns what it printed; fails unless it exits with `exitCode`. */
  async read<Value>(args: readonly string[], exitCode = 0): Promise<Value> {
    const result = await this.run([...args, '--json']);
    if (result.exitCode !== exitCode) {
      throw new Error(`${args.join(' ')} exited with ${result.exitCode}:\n${result.stderr}`);
    }
    return JSON.parse(result.stdout) as Value;
  }

  /** Starts `up --demo` and returns the console's address with its enrolment link, once it has printed it. */
  async up(args: readonly string[] = [], timeoutMs = 120_000): Promise<URL> {
    this.output = '';
    this.running = this.spawn(['up', '--demo', '--port', '0', ...args]);
    const printed = collect(this.running);
    const address = await waitFor(
      () => {
        if (this.running?.exitCode != null) throw new Error(`up ended:\n${printed.stderr()}`);
        return /http:\/\/localhost:\d+\/#enrol=[\w-]+/.exec(
          printed.stdout() + printed.stderr(),
        )?.[0];
      },
      { what: 'the console address', timeoutMs },
    );
    this.output = printed.stdout();
    return new URL(address);
  }

  /** Text that `up` had printed on standard output when it gave its address. */
  printed(): string {
    return this.output;
  }

  /** Ends `up` in good order. */
  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  /** Kills the supervisor itself. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stops what runs and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private spawn(args: readonly string[]): ChildProcess {
    const config = this.config === undefined ? [] : ['--config', this.config];
    // Verifying is offline: it knows no installation.
    const place = isOffline(args) ? [] : ['--state', this.state, ...config];
    return spawn(process.execPath, [PROGRAM, ...args, ...place], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.directory, NO_COLOR: '1' },
    });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.running;
    this.running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  }
}

function collect(child: ChildProcess) {
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  return { stdout: () => text.stdout, stderr: () => text.stderr };
}

/** Polls until `read` gives something, and says what was waited for when it never does. */
export async function waitFor<Value>(
  read: () => Promise<Value | undefined | null | false> | Value | undefined | null | false,
  {
    what,
    timeoutMs = 30_000,
    everyMs = 50,
  }: { what: string; timeoutMs?: number; everyMs?: number },
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Commands that need no installation, and take no place of one. */
function isOffline([command, second]: readonly string[]): boolean {
  return command === 'verify' || (command === 'evidence' && second === 'check');
}
