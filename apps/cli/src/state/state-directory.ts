import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '@counterfoil/core';
import { socketDirectoryFor } from '@counterfoil/store';

/** Where everything of one installation is kept. Paths are absolute. */
export interface StateDirectory {
  readonly root: string;
  readonly lockFile: string;
  readonly processesFile: string;
  readonly installationFile: string;
  readonly secretsFile: string;
  readonly trustFile: string;
  readonly keys: string;
  readonly logs: string;
  readonly cache: string;
  readonly database: string;
  readonly lake: string;
  readonly transparencyLog: string;
  readonly witness: string;
  readonly demo: string;
  /** Short, because the system limits the length of socket paths. */
  readonly sockets: string;
}

/** Names the places inside a state directory; creates nothing. */
export function stateDirectoryAt(path: string): StateDirectory {
  const root = resolve(path);
  const inside = (name: string) => join(root, name);
  return {
    root,
    lockFile: inside('up.lock'),
    processesFile: inside('processes.json'),
    installationFile: inside('installation.json'),
    secretsFile: inside('secrets.json'),
    trustFile: inside('trust.json'),
    keys: inside('keys'),
    logs: inside('logs'),
    cache: inside('cache'),
    database: inside('database'),
    lake: inside('lake'),
    transparencyLog: inside('log'),
    witness: inside('witness'),
    demo: inside('demo'),
    sockets: `${socketDirectoryFor(root)}-p`,
  };
}

/** Makes the directory and its parts, readable by their owner alone. Throws `InputError` where that cannot be. */
export function prepareStateDirectory(state: StateDirectory): void {
  const { root, keys, logs, cache, database, lake, transparencyLog, witness, demo, sockets } =
    state;
  for (const path of [
    root,
    keys,
    logs,
    cache,
    database,
    lake,
    transparencyLog,
    witness,
    demo,
    sockets,
  ]) {
    makePrivate(path);
  }
}

function makePrivate(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid } = statSync(path);
    const own = process.getuid?.();
    if (own !== undefined && uid !== own) {
      throw new InputError('STATE_FOREIGN', `${path} belongs to another user`, {
        remedy: 'choose another directory with --state, or become its owner',
      });
    }
    chmodSync(path, 0o700);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('STATE_UNWRITABLE', `${path}: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
      remedy: 'choose a directory that you can write with --state',
    });
  }
}
