import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the set-up of peers works with. */
export interface PeerOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** The first of these programs that is on the path. */
export function findProgram(
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isExecutable(path));
}

/** Whether this file can be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
