import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { ProcessSpec } from '../supervisor/managed-process.ts';
import type { StateDirectory } from '../state/state-directory.ts';

/** The parts of an installation, in the order in which they are started; stopping goes the other way. */
export const PROCESS_NAMES = [
  'witness',
  'log',
  'lake',
  'demo-world',
  'executor',
  'agent',
  'server',
] as const;

export type ProcessName = (typeof PROCESS_NAMES)[number];

/** Ambient AWS credentials and the way to the network: given to the two processes that call AWS, to no other. */
const OUTSIDE_VARIABLES = [
  'AWS_PROFILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'HOME',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Root folder of the program's own files. */
export const PROGRAM_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * How one process is started. Its environment holds no secret of another: only its settings, the search path, the time zone
 * and, for processes that call the outside, the way there.
 */
export function processSpec(
  name: ProcessName,
  settings: unknown,
  {
    state,
    environment,
    reach,
  }: { state: StateDirectory; environment: Environment; reach: 'outside' | 'inside' },
): ProcessSpec {
  const outside = reach === 'outside' ? OUTSIDE_VARIABLES : [];
  const passed = ['PATH', 'SystemRoot', ...outside].flatMap((variable) => {
    const value = environment[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return {
    name,
    entry: join(PROGRAM_ROOT, 'apps', name, 'src', 'main.ts'),
    settings,
    environment: {
      ...Object.fromEntries(passed),
      TZ: 'UTC',
      // One each: code that one process compiled is never run by another.
      NODE_COMPILE_CACHE: join(state.cache, name),
    },
    logFile: join(state.logs, `${name}.log`),
  };
}
