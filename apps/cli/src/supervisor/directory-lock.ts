import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ConflictError } from '@counterfoil/core';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const ATTEMPTS_MAX = 5;

/**
 * Takes a lock file for this process and answers with the function that gives it back. A lock left by a process that has
 * ended is taken over. Throws `ConflictError` naming the process that holds it.
 */
export function lockDirectory(file: string): () => void {
  const own = identify(process.pid);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      if (tryLink(draft, file)) return () => release(file);
      const holder = readHolder(file);
      if (holder && isRunning(holder)) throw held(file, holder);
      rmSync(file, { force: true });
    }
    throw held(file, readHolder(file));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The running process that holds this lock, or null. */
export function lockHolder(file: string): ProcessIdentity | null {
  const holder = readHolder(file);
  return holder && isRunning(holder) ? holder : null;
}

/** Linking is atomic: the file appears with its content or not at all. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}

function release(file: string): void {
  if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
}

function held(file: string, holder: ProcessIdentity | null): ConflictError {
  const who = holder === null ? 'another process' : `process ${holder.pid}`;
  return new ConflictError(
    'STATE_IN_USE',
    `${who} is already up on this state directory (${file})`,
    {
      remedy: 'use the one that runs, stop it, or choose another directory with --state',
    },
  );
}
