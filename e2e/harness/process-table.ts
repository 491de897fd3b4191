import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One process of an installation, as the operating system shows it (Linux). */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
}

/** The processes that a supervisor has noted and that still run, by their programs' names. */
export async function processesOf(state: string): Promise<readonly RunningProcess[]> {
  const text = await readFile(join(state, 'processes.json'), 'utf8').catch(() => '[]');
  const pids = (JSON.parse(text) as readonly { readonly pid: number }[]).map(({ pid }) => pid);
  const named = await Promise.all(pids.map(nameOf));
  return named.flatMap((process) => process ?? []);
}

/** The postmaster of an installation's embedded PostgreSQL, which no supervisor of ours is the parent of. */
export async function postmasterOf(state: string): Promise<RunningProcess | null> {
  const wanted = join(state, 'database');
  const moved = await readFile(join(wanted, 'moved-to'), 'utf8').catch(() => wanted);
  const text = await readFile(join(moved.trim(), 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  // A killed postmaster leaves its file behind, and its number may be somebody else's by now.
  const command = pid > 0 ? await commandOf(pid) : '';
  return command.includes(join(moved.trim(), 'data')) ? { name: 'postgres', pid } : null;
}

/** Kills a process as a crash would; one that has just ended by itself is as good. */
export function crash({ pid }: RunningProcess): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The settings that a process was started with. */
export async function settingsOf<Settings>(pid: number): Promise<Settings> {
  const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  const prefix = 'COUNTERFOIL_SETTINGS=';
  const settings = environment.find((variable) => variable.startsWith(prefix));
  if (settings === undefined) throw new Error(`process ${pid} was given no settings`);
  return JSON.parse(settings.slice(prefix.length)) as Settings;
}

async function nameOf(pid: number): Promise<RunningProcess | null> {
  const command = await commandOf(pid);
  const name = /apps\/([a-z-]+)\/src\/main\.ts/.exec(command)?.[1];
  return name === undefined ? null : { name, pid };
}

async function commandOf(pid: number): Promise<string> {
  return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}
