import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const SOCKET_PATH_BYTES_MAX = 103;
const SOCKET_NAME = '.s.PGSQL.5432';

/** The same short folder for the same state folder, so that an orphaned server is found again. */
export function socketDirectoryFor(stateDirectory: string): string {
  const owner = process.getuid?.() ?? 'none';
  const hash = createHash('sha256')
    .update(`${owner}:${resolve(stateDirectory)}`)
    .digest('hex');
  const name = `cf-${hash.slice(0, 16)}`;
  const wanted = join(tmpdir(), name);
  return fitsSocket(wanted) ? wanted : join('/tmp', name);
}

/** Whether a PostgreSQL socket in this folder stays within the system's limit. */
export function fitsSocket(directory: string): boolean {
  return Buffer.byteLength(join(directory, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;
}
