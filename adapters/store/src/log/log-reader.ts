import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, UpstreamError, type LogReader } from '@counterfoil/core';

/** The paths of C2SP tlog-tiles: the checkpoint, hash tiles of a level, and entry bundles; partial ones end in `.p/` and a width. */
const PATH =
  /^(?:checkpoint|tile\/(?:entries|[0-9]|[1-5][0-9]|6[0-3])\/(?:x\d{3}\/)*\d{3}(?:\.p\/[1-9]\d{0,2})?)$/;

/** Reads a log published as plain files. A path that C2SP tlog-tiles does not know is refused, so none leads out of the folder. */
export function openLogReader(directory: string): LogReader {
  return {
    async read(path) {
      if (!PATH.test(path)) {
        throw new InputError('LOG_PATH_INVALID', `"${path.slice(0, 80)}" is not a path of a log`, {
          remedy: 'see C2SP tlog-tiles: checkpoint, tile/<level>/<index>, tile/entries/<index>',
        });
      }
      try {
        return await readFile(join(directory, path));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return null;
        throw new UpstreamError('LOG_UNREADABLE', `${path} of the log cannot be read: ${code}`, {
          cause: error,
        });
      }
    },
  };
}
