import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { problem } from './problem.ts';
import { isRead } from './same-origin.ts';

const COOKIE = 'cf_session';
const SESSIONS_MAX = 10_000;

/**
 * One random cookie per browser, held in memory. It ties a registration's challenge to the browser that asked for it and
 * is no authority: with a stolen session nothing can be approved, because a review needs its person's signature.
 */
export class Sessions {
  readonly #newId: (prefix: string) => string;
  readonly #secure: boolean;
  /** Session id to the challenge of a registration under way; in order of creation. */
  readonly #challenges = new Map<string, string | null>();

  constructor(options: { readonly newId: (prefix: string) => string; readonly secure: boolean }) {
    this.#newId = options.newId;
    this.#secure = options.secure;
  }

  /** The session of this browser; opens one where there is none. */
  open(c: Context): string {
    const known = this.find(c);
    if (known) return known;
    const sessionId = this.#newId('session');
    this.#challenges.set(sessionId, null);
    for (const oldest of this.#challenges.keys()) {
      if (this.#challenges.size <= SESSIONS_MAX) break;
      this.#challenges.delete(oldest);
    }
    setCookie(c, COOKIE, sessionId, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure: this.#secure,
    });
    return sessionId;
  }

  find(c: Context): string | null {
    const sessionId = getCookie(c, COOKIE);
    return sessionId !== undefined && this.#challenges.has(sessionId) ? sessionId : null;
  }

  setChallenge(sessionId: string, challenge: string): void {
    if (this.#challenges.has(sessionId)) this.#challenges.set(sessionId, challenge);
  }

  /** Returns the challenge once; a second registration needs a new one. */
  takeChallenge(sessionId: string): string | null {
    const challenge = this.#challenges.get(sessionId) ?? null;
    if (this.#challenges.has(sessionId)) this.#challenges.set(sessionId, null);
    return challenge;
  }

  /** Refuses requests that change something and come without a session. */
  required(): MiddlewareHandler {
    return async (c, next) => {
      if (isRead(c.req.method) || this.find(c)) return next();
      return problem(c, 401, {
        code: 'SESSION_REQUIRED',
        message: 'this browser has no session, or the server was restarted since',
        remedy: 'reload the console and try again',
      });
    };
  }
}
