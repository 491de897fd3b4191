import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';
import { isRead } from './same-origin.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface ConsoleFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/**
 * Serves the built console. All files are read once at the start, so a request can only name one of them: no path of a
 * request ever reaches the file system. Paths of the console's own pages answer with its index.
 */
export function consoleFiles(directory: string, publicUrl: URL): MiddlewareHandler {
  const files = readConsole(directory);
  return async (c, next) => {
    const { path } = c.req;
    if (!isRead(c.req.method) || path.startsWith('/api/')) return next();
    const asset = files.get(path);
    const isPage = extname(path) === '';
    const file = asset ?? (isPage ? files.get('/index.html') : undefined);
    if (isPage && c.req.header('host') !== publicUrl.host) {
      return c.redirect(`${publicUrl.origin}${path.replace(/^\/+/, '/')}`, 307);
    }
    if (!file) return isPage ? notBuilt(c) : next();
    c.header('etag', file.etag);
    c.header('vary', 'accept-encoding');
    c.header(
      'cache-control',
      path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
    c.header('content-type', file.type);
    if (!acceptsGzip(c.req.header('accept-encoding'))) return c.body(file.bytes);
    c.header('content-encoding', 'gzip');
    return c.body(file.zipped);
  };
}

const notBuilt = (c: Parameters<MiddlewareHandler>[0]) =>
  problem(c, 503, {
    code: 'CONSOLE_NOT_BUILT',
    message: 'the console has not been built',
    remedy: 'run the set-up again (`npm start` does it), or use `counterfoil approvals list`',
  });

function readConsole(directory: string): ReadonlyMap<string, ConsoleFile> {
  const entries = listFiles(directory).flatMap((path): [string, ConsoleFile][] => {
    const type = TYPES[extname(path)];
    if (type === undefined) return [];
    const bytes = new Uint8Array(readFileSync(join(directory, path)));
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
    return [[`/${path}`, { type, bytes, zipped: new Uint8Array(gzipSync(bytes)), etag }]];
  });
  return new Map(entries);
}

/** Paths below the directory, with `/`; none where it does not exist. */
function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, '/').length))
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function acceptsGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((coding) => coding.trim().split(';')[0] === 'gzip');
}
