import { readFileSync } from 'node:fs';

/** A process that can be recognised later, even when its number has been given to another one in between. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Kernel start time where the system tells it (Linux), otherwise null. */
  readonly startedTicks: string | null;
}

const START_TIME_FIELD = 19;

/** Identity of a running process; null when there is none of this number. */
export function identify(pid: number): ProcessIdentity | null {
  if (!isAlive(pid)) return null;
  return { pid, startedTicks: startedTicksOf(pid) };
}

/** Whether this very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== null && now.startedTicks === identity.startedTicks;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startedTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in brackets and may hold spaces; the fields after it do not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet.
    if (fields[0] === 'Z') return 'ended';
    return fields[START_TIME_FIELD] ?? null;
  } catch {
    return null;
  }
}
