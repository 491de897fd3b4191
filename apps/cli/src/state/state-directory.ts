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
  /** The policies that the trust file pins. */
  readonly policies: string;
  readonly logs: string;
  readonly cache: string;
  /** Mirror of the exports that were fetched from buckets. */
  readonly exports: string;
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
    policies: inside('policies'),
    logs: inside('logs'),
    cache: inside('cache'),
    exports: inside('exports'),
    database: inside('database'),
    lake: inside('lake'),
    transparencyLog: inside('log'),
    witness: inside('witness'),
    demo: inside('demo'),
    sockets: `${socketDirectoryFor(root)}-p`,
  };
}

const OWNER_ONLY = 0o700;
/** Whoever knows a name inside may walk to it, nobody else may list it. */
const OWNER_AND_PASSERS_BY = 0o711;

/**
 * Makes the directory and its parts, each readable by its owner alone. Root's directory can be walked through, because
 * PostgreSQL runs there as a user of its own, to which `database` belongs. Throws `InputError` where that cannot be.
 */
export function prepareStateDirectory(state: StateDirectory): void {
  const own = process.getuid?.();
  const asRoot = own === 0;
  makeDirectory(state.root, { mode: asRoot ? OWNER_AND_PASSERS_BY : OWNER_ONLY, owner: own });
  makeDirectory(state.database, { mode: OWNER_ONLY, owner: asRoot ? undefined : own });
  const { keys, policies, logs, cache, exports, lake, transparencyLog, witness, demo, sockets } =
    state;
  for (const path of [
    keys,
    policies,
    logs,
    cache,
    exports,
    lake,
    transparencyLog,
    witness,
    demo,
    sockets,
  ]) {
    makeDirectory(path, { mode: OWNER_ONLY, owner: own });
  }
}

interface Wanted {
  readonly mode: number;
  /** User id that the directory must belong to; undefined takes any. */
  readonly owner: number | undefined;
}

function makeDirectory(path: string, { mode, owner }: Wanted): void {
  try {
    mkdirSync(path, { recursive: true, mode });
    if (owner !== undefined && statSync(path).uid !== owner) {
      throw new InputError('STATE_FOREIGN', `${path} belongs to another user`, {
        remedy: 'choose another directory with --state, or become its owner',
      });
    }
    chmodSync(path, mode);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('STATE_UNWRITABLE', `${path}: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
      remedy: 'choose a directory that you can write with --state',
    });
  }
}
