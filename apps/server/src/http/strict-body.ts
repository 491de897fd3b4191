import { bodyLimit } from 'hono/body-limit';
import type { MiddlewareHandler } from 'hono';
import { parseStrictJson } from '@counterfoil/guard';
import { problem, problemOfError } from './problem.ts';
import { isRead } from './same-origin.ts';

/** Most bytes of a request body. */
export const BODY_BYTES_MAX = 64 * 1024;

/** Refuses a body beyond {@link BODY_BYTES_MAX}, whether or not its length was announced. */
export function limitedBody(): MiddlewareHandler {
  return bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: (c) =>
      problem(c, 413, {
        code: 'BODY_TOO_LARGE',
        message: `a request body may have ${BODY_BYTES_MAX} bytes`,
        remedy: 'shorten the comment or the reason',
      }),
  });
}

/** Takes only JSON that every reader reads alike: no duplicate members, no lossy numbers, no denormalised text. */
export function strictBody(): MiddlewareHandler {
  return async (c, next) => {
    if (isRead(c.req.method)) return next();
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return problem(c, 415, {
        code: 'BODY_NOT_JSON',
        message: 'the body must be application/json',
        remedy: 'send JSON with the header content-type: application/json',
      });
    }
    try {
      parseStrictJson(await c.req.text());
    } catch (error) {
      return problemOfError(c, error);
    }
    return next();
  };
}
