import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { JsonObject } from '@counterfoil/core';
import type { ServerContext } from '../context.ts';
import { problem } from '../http/problem.ts';
import { answers, jsonBody } from '../schemas/common.ts';
import { killStateSchema } from '../schemas/record.ts';
import { signedLiftSchema } from '../schemas/approval.ts';

const readRoute = createRoute({
  method: 'get',
  path: '/api/kill',
  summary: 'The kill switch',
  responses: answers(killStateSchema, 'Its state.'),
});

const engageRoute = createRoute({
  method: 'post',
  path: '/api/kill',
  summary: 'Stop every effect now; needs no key, because stopping is always safe',
  request: { body: jsonBody(z.strictObject({ reason: z.string().trim().min(1).max(500) })) },
  responses: answers(killStateSchema, 'The switch is engaged.'),
});

const liftRoute = createRoute({
  method: 'post',
  path: '/api/kill/{killId}/lift',
  summary: 'Lift one kill by a signed statement',
  request: {
    params: z.object({ killId: z.string().min(1).max(100) }),
    body: jsonBody(signedLiftSchema),
  },
  responses: answers(killStateSchema, 'The kill is lifted.', {
    403: 'The statement does not hold.',
    404: 'There is no such kill.',
  }),
});

/** Routes of the kill switch. */
export function killRoutes(app: OpenAPIHono, context: ServerContext): void {
  const { store, door, logger } = context;
  app.openapi(readRoute, async (c) => c.json((await door.killState()) as never, 200));
  app.openapi(engageRoute, async (c) => {
    const kill = await store.kills.engage(c.req.valid('json').reason);
    logger.warn({ killId: kill.killId }, 'kill switch engaged from the console');
    return c.json((await door.killState()) as never, 200);
  });
  app.openapi(liftRoute, async (c) => {
    const { killId } = c.req.valid('param');
    const known = (await store.kills.read()).some(({ kill }) => kill.killId === killId);
    if (!known) {
      return problem(c, 404, {
        code: 'KILL_UNKNOWN',
        message: 'there is no kill with this id',
        remedy: 'reload the console and lift the kill that it shows',
      }) as never;
    }
    const signedLift = c.req.valid('json') as unknown as JsonObject;
    const verdict = await door.lift(killId, signedLift);
    if (verdict.type === 'refused') {
      logger.warn({ killId, code: verdict.code }, 'lift refused');
      return problem(c, 403, {
        code: verdict.code,
        message: verdict.note,
        remedy: 'sign the lift with the key of a person whose role may lift the switch',
      }) as never;
    }
    await store.kills.lift(killId, signedLift);
    return c.json((await door.killState()) as never, 200);
  });
}
