import { PlatformError, type ErrorClass } from '@counterfoil/core';

/** What the exit code of every command means; printed by `--help`. */
export const EXIT = { done: 0, findings: 1, usage: 2, outside: 3, integrity: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CLASS: Readonly<Record<ErrorClass, ExitCode>> = {
  input: EXIT.usage,
  conflict: EXIT.usage,
  upstream: EXIT.outside,
  permission: EXIT.outside,
  limit: EXIT.outside,
  integrity: EXIT.integrity,
};

/** Exit code of an error; a bug of ours counts as failed. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof PlatformError ? BY_CLASS[error.class] : EXIT.outside;
}

/** The table of exit codes for `--help`. */
export const EXIT_CODE_HELP = `
Exit codes:
  0  done
  1  done, and there is something to look at: a finding, a denial, an expiry
  2  usage: a wrong command, option, file or configuration
  3  failed outside: a file, process, database or network did not work
  4  integrity: a digest, signature, proof or record does not hold`;
