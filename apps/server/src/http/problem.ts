import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { PlatformError, type ErrorClass } from '@counterfoil/core';
import type { Problem } from '@counterfoil/api';

const STATUS_OF_CLASS: Readonly<Record<ErrorClass, ContentfulStatusCode>> = {
  input: 400,
  upstream: 502,
  permission: 403,
  limit: 429,
  conflict: 409,
  integrity: 422,
};

/** Answers with a problem of a stable code. */
export function problem(
  c: Context,
  status: ContentfulStatusCode,
  body: { readonly code: string; readonly message: string; readonly remedy?: string },
): Response {
  const answer: Problem = { code: body.code, message: body.message, remedy: body.remedy ?? null };
  return c.json(answer, status);
}

/** Turns what a handler threw into a problem; anything that is not an operating error says nothing of its inside. */
export function problemOfError(c: Context, error: unknown): Response {
  if (error instanceof PlatformError) {
    return problem(c, STATUS_OF_CLASS[error.class], {
      code: error.code,
      message: error.message,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    });
  }
  return problem(c, 500, {
    code: 'INTERNAL',
    message: 'the server failed on this request; nothing was approved',
    remedy: 'try again; if it stays, read the log of the server process',
  });
}
