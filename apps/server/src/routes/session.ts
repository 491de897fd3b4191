import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { SessionView } from '@counterfoil/api';
import type { ServerContext } from '../context.ts';
import { answers } from '../schemas/common.ts';
import { sessionSchema } from '../schemas/record.ts';

const sessionRoute = createRoute({
  method: 'get',
  path: '/api/session',
  summary:
    'Opens a session and says who may review, with which keys, and how the kill switch stands',
  responses: answers(sessionSchema, 'The session.'),
});

/** The route that every console calls first. */
export function sessionRoutes(app: OpenAPIHono, context: ServerContext): void {
  const { store, door, settings, sessions, publicUrl } = context;
  app.openapi(sessionRoute, async (c) => {
    sessions.open(c);
    const [{ people, enrolmentsRefused }, kill, signalsPending, checkpoint] = await Promise.all([
      door.people(),
      door.killState(),
      store.signals.pendingCount(),
      store.log.checkpoint(),
    ]);
    const view: SessionView = {
      tenant: settings.tenant,
      mode: settings.demo ? 'demo' : 'live',
      publicUrl: publicUrl.origin,
      people,
      kill,
      enrolmentsRefused,
      signalsPending,
      logSize: checkpoint?.size ?? null,
    };
    return c.json(view as never, 200);
  });
}
