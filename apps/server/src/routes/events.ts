import type { OpenAPIHono } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { ServerContext } from '../context.ts';
import { problem } from '../http/problem.ts';

const HEARTBEAT_MS = 15_000;

/** The event stream: which records changed, never their content, so that a reader fetches what it shows. */
export function eventRoutes(app: OpenAPIHono, { feed }: ServerContext): void {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/events',
    summary: 'Server-sent events: one `change` for each record that changed',
    responses: {
      200: {
        description: 'The stream.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      503: { description: 'Too many readers.' },
    },
  });
  app.get('/api/events', (c) => {
    let publish: ((change: object) => void) | null = null;
    const leave = feed.join((change) => publish?.(change));
    if (!leave) {
      return problem(c, 503, {
        code: 'READERS_LIMIT',
        message: 'too many consoles are open on this server',
        remedy: 'close some of them; this one works without live updates',
      });
    }
    return streamSSE(c, async (stream) => {
      stream.onAbort(leave);
      publish = (change) => void stream.writeSSE({ event: 'change', data: JSON.stringify(change) });
      await stream.writeSSE({ event: 'ready', data: '{}' });
      while (!stream.aborted && !stream.closed) {
        await stream.sleep(HEARTBEAT_MS);
        await stream.writeSSE({ event: 'heartbeat', data: '{}' });
      }
      leave();
    });
  });
}
