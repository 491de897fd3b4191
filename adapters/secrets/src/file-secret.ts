import { open, type FileHandle } from 'node:fs/promises';
import { InputError, PermissionError } from '@counterfoil/core';

const BYTES_MAX = 64 * 1024;
/** Any right of people who are neither the owner nor in the group, or a group that may write. */
const OPEN_MODES = 0o027;

/**
 * Reads a secret from a file, without the line break at its end. Refuses a file that others can read: such a secret is no
 * longer one. The mode is asked of the open file, so it cannot be exchanged in between.
 */
export async function readFileSecret(path: string): Promise<string> {
  const file = await openSecret(path);
  try {
    const { mode, size } = await file.stat();
    if (process.platform !== 'win32' && (mode & OPEN_MODES) !== 0) {
      throw new PermissionError(
        'SECRET_FILE_OPEN',
        `file ${path} can be read or changed by others`,
        {
          remedy: `chmod 600 ${path}, and replace the secret if others may have read it`,
          details: { mode: (mode & 0o777).toString(8) },
        },
      );
    }
    if (size > BYTES_MAX) {
      throw new InputError('SECRET_TOO_LARGE', `file ${path} has more than ${BYTES_MAX} bytes`, {
        remedy: 'name the file that holds the secret alone',
      });
    }
    return (await file.readFile('utf8')).replace(/\r?\n$/, '');
  } finally {
    await file.close();
  }
}

async function openSecret(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new PermissionError('SECRET_DENIED', `file ${path} may not be read`, {
        cause: error,
        remedy: 'give the file to the user that this program runs as',
      });
    }
    throw new InputError('SECRET_UNKNOWN', `file ${path} cannot be opened (${code ?? 'unknown'})`, {
      cause: error,
      remedy: 'compare the path',
    });
  }
}
