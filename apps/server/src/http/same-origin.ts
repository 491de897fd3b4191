import type { MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';

/**
 * Keeps other sites out. The `Host` must be ours (a rebound name is not), and anything that changes state must come
 * from a page of our own origin: browsers always send `Origin` with such a request.
 */
export function sameOrigin(publicUrl: URL): MiddlewareHandler {
  const hosts = hostsOf(publicUrl);
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!hosts.has(host)) {
      return problem(c, 421, {
        code: 'HOST_REFUSED',
        message: 'this server does not answer for the requested host name',
        remedy: `open ${publicUrl.origin}`,
      });
    }
    if (isRead(c.req.method)) return next();
    if (c.req.header('origin') !== publicUrl.origin) {
      return problem(c, 403, {
        code: 'ORIGIN_REFUSED',
        message: 'requests that change something are taken from the console only',
        remedy: `use the console at ${publicUrl.origin}`,
      });
    }
    return next();
  };
}

/** Whether a method only reads. */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The public host, and the loopback address of the same port where the public host is this machine itself. */
function hostsOf(publicUrl: URL): ReadonlySet<string> {
  const loopback = publicUrl.hostname === 'localhost' ? [`127.0.0.1:${publicUrl.port}`] : [];
  return new Set([publicUrl.host, ...loopback]);
}
