import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { ServerContext } from '../context.ts';
import { problem } from '../http/problem.ts';
import { answers, jsonObjectSchema } from '../schemas/common.ts';

const TIMEOUT_MS = 3_000;

const inboxRoute = createRoute({
  method: 'get',
  path: '/api/demo/inbox',
  summary: 'What the stand-ins of the demonstration hold; there is none outside it',
  responses: answers(
    z.object({
      messages: z.array(jsonObjectSchema),
      tickets: z.array(jsonObjectSchema),
      instances: z.array(jsonObjectSchema),
    }),
    'Messages, tickets and instances.',
    { 404: 'This is not the demonstration.', 502: 'The stand-in did not answer.' },
  ),
});

/** Shows the demonstration's stand-ins, through this server so that the browser talks to one origin only. */
export function inboxRoutes(app: OpenAPIHono, { settings }: ServerContext): void {
  app.openapi(inboxRoute, async (c) => {
    if (!settings.demo) {
      return problem(c, 404, {
        code: 'NOT_A_DEMO',
        message: 'this installation has no stand-ins',
        remedy: 'look in your own Slack, Jira and cloud account',
      }) as never;
    }
    const url = new URL('/inbox', settings.demo.worldUrl);
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.ok) return c.json((await answer.json()) as never, 200);
    } catch {
      // Falls through to the same answer: whatever the reason, the stand-in is not there.
    }
    return problem(c, 502, {
      code: 'STAND_IN_UNAVAILABLE',
      message: 'the stand-in of Slack, Jira and AWS did not answer',
      remedy: 'wait a few seconds; if it stays, start the demonstration again',
    }) as never;
  });
}
