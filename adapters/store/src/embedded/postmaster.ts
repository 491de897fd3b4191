import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What a running server wrote into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Empty where the server listens on TCP only. */
  readonly socketDirectory: string;
}

/** A process number that no system gives out. */
const NOBODY = 2_147_483_646;

/** The server that holds this data folder, or null when none runs (a number that now belongs to another program counts as none). */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  const file = join(dataDirectory, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const [pidText = '', , , port = '', socketDirectory = ''] = text.split('\n');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null;
  if (isPostgres(pid)) return { pid, port: Number(port), socketDirectory: socketDirectory.trim() };
  // PostgreSQL looks at the number alone and would refuse to start. The rest of the file must stay: by it the
  // server makes sure that no process of the dead server still holds the shared memory.
  await writeFile(file, text.replace(pidText, String(NOBODY)));
  await rm(join(socketDirectory.trim(), `.s.PGSQL.${port.trim()}.lock`), { force: true });
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** After a reboot the number may be anybody's, or a dead child's that nobody waited for. Where it cannot be told, it is believed. */
function isPostgres(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    if (state === 'Z' || state === 'X') return false;
    return basename(readlinkSync(`/proc/${pid}/exe`)).replace(' (deleted)', '') === 'postgres';
  } catch {
    return true;
  }
}
