import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { LogEntry } from '@counterfoil/core';
import type { DismissedView, IngestView, LogView, PageView } from '@counterfoil/api';
import type { ServerContext } from '../context.ts';
import { answers, pageOf, pageQuery } from '../schemas/common.ts';
import { dismissedSchema, ingestSchema, logSchema } from '../schemas/record.ts';

const dismissedRoute = createRoute({
  method: 'get',
  path: '/api/dismissed',
  summary: 'Signals that became no case, with the reason',
  request: { query: z.object(pageQuery) },
  responses: answers(pageOf(dismissedSchema), 'One page of dismissed signals.'),
});

const ingestsRoute = createRoute({
  method: 'get',
  path: '/api/ingests',
  summary: 'Reports of what was ingested',
  request: { query: z.object(pageQuery) },
  responses: answers(pageOf(ingestSchema), 'One page of reports.'),
});

const logRoute = createRoute({
  method: 'get',
  path: '/api/log',
  summary: 'A range of the transparency log; without `from`, its newest entries',
  request: {
    query: z.object({
      from: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: answers(logSchema, 'Entries in the order of their index, and the newest checkpoint.'),
});

/** Routes that read what was recorded beside the cases. */
export function recordRoutes(app: OpenAPIHono, context: ServerContext): void {
  const { signals, log } = context.store;
  app.openapi(dismissedRoute, async (c) => {
    const { after, limit } = c.req.valid('query');
    const page = await signals.dismissed({ limit, ...(after === undefined ? {} : { after }) });
    return c.json(page satisfies PageView<DismissedView> as never, 200);
  });
  app.openapi(ingestsRoute, async (c) => {
    const { after, limit } = c.req.valid('query');
    const page = await signals.ingests({ limit, ...(after === undefined ? {} : { after }) });
    return c.json(page satisfies PageView<IngestView> as never, 200);
  });
  app.openapi(logRoute, async (c) => {
    const { from, limit } = c.req.valid('query');
    const checkpoint = await log.checkpoint();
    const size = checkpoint?.size ?? 0;
    const fromIndex = from ?? Math.max(0, size - limit);
    const leaves = await log.entries({ fromIndex, limit, order: 'ascending' });
    const view: LogView = {
      size,
      checkpointText: checkpoint?.checkpointText ?? null,
      entries: leaves.flatMap(({ index, leafId, entryText, payloadText }) =>
        index === null || index >= size
          ? []
          : [{ index, leafId, entryText, entry: JSON.parse(entryText) as LogEntry, payloadText }],
      ),
    };
    return c.json(view as never, 200);
  });
}
