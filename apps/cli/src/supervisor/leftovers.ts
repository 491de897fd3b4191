import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeWhole } from '../state/write-whole.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

const GRACE_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Remembers the processes of a supervisor in a file. When the supervisor is killed, its processes end by themselves; the next
 * one makes sure that they did.
 */
export class ProcessRegister {
  readonly #file: string;
  readonly #running = new Map<string, ProcessIdentity>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Notes that a process runs (or, with null, that it ended). */
  note(name: string, identity: ProcessIdentity | null): void {
    if (identity === null) this.#running.delete(name);
    else this.#running.set(name, identity);
    writeWhole(this.#file, JSON.stringify([...this.#running.values()]), { mode: 0o600 });
  }

  /** Waits for processes of an earlier supervisor to end, and ends those that do not. Answers how many were forced. */
  async clear(): Promise<number> {
    const left = readIdentities(this.#file);
    const deadlineMs = performance.now() + GRACE_MS;
    while (left.some(isRunning) && performance.now() < deadlineMs) await sleep(LOOK_EVERY_MS);
    const stubborn = left.filter(isRunning);
    for (const identity of stubborn) process.kill(identity.pid, 'SIGKILL');
    return stubborn.length;
  }
}

function readIdentities(file: string): readonly ProcessIdentity[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as readonly ProcessIdentity[];
  } catch {
    return [];
  }
}
