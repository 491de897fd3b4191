import { InputError, PlatformError, UpstreamError } from '@counterfoil/core';
import type { Problem } from '@counterfoil/api';

/** Reads one resource of our own server. Throws a `PlatformError` with the server's code and remedy. */
export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf<Answer>(await send(path, signal ? { signal } : {}));
}

/** Sends a body; opens a session first where the server was restarted since the page was loaded. */
export async function submit<Answer>(path: string, body: object): Promise<Answer> {
  const post = () =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const first = await post();
  if (first.status !== 401) return answerOf<Answer>(first);
  await send('/api/session', {});
  return answerOf<Answer>(await post());
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new UpstreamError('SERVER_UNREACHABLE', 'The server does not answer.', {
      cause,
      remedy: 'Check that it runs (`counterfoil up`); this page tries again by itself.',
    });
  }
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Answer;
  const { code, message, remedy } = problemOf(body, response.status);
  const options = remedy === null ? {} : { remedy };
  if (response.status >= 500) throw new UpstreamError(code, message, options);
  throw new InputError(code, message, options);
}

function problemOf(body: unknown, status: number): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body) {
    return body as Problem;
  }
  return { code: `HTTP_${status}`, message: `The server answered ${status}.`, remedy: null };
}

/** Any failure as code, message and remedy, for people. */
export function describeFailure(error: unknown): Problem {
  if (error instanceof PlatformError) {
    return { code: error.code, message: error.message, remedy: error.remedy ?? null };
  }
  const message = error instanceof Error ? error.message : 'Something failed in this page.';
  return { code: 'PAGE_FAILED', message, remedy: 'Reload the page and try again.' };
}
