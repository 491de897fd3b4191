import { OpenAPIHono } from '@hono/zod-openapi';
import type { ServerContext } from './context.ts';
import { consoleFiles } from './http/console-files.ts';
import { problem, problemOfError } from './http/problem.ts';
import { responseHeaders } from './http/response-headers.ts';
import { sameOrigin } from './http/same-origin.ts';
import { limitedBody, strictBody } from './http/strict-body.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { caseRoutes } from './routes/cases.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { eventRoutes } from './routes/events.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { killRoutes } from './routes/kill.ts';
import { recordRoutes } from './routes/records.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { sessionRoutes } from './routes/session.ts';

/** The API under `/api` and the console on every other path. */
export function createApp(context: ServerContext): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: refuseMalformed });
  app.use(responseHeaders(context.publicUrl));
  app.use(sameOrigin(context.publicUrl));
  app.use('/api/*', limitedBody());
  app.use('/api/*', context.sessions.required());
  app.use('/api/*', strictBody());
  for (const routes of [
    sessionRoutes,
    caseRoutes,
    approvalRoutes,
    reviewRoutes,
    enrolmentRoutes,
    killRoutes,
    recordRoutes,
    eventRoutes,
    inboxRoutes,
  ]) {
    routes(app, context);
  }
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Counterfoil',
      version: '1',
      description:
        'Reads cases, approval requests and the transparency log; takes in signed reviews. Nothing can be approved without the signature of an eligible person.',
    },
  });
  app.use(consoleFiles(context.settings.consoleDirectory, context.publicUrl));
  app.notFound((c) =>
    problem(c, 404, { code: 'NOT_FOUND', message: 'there is nothing at this address' }),
  );
  app.onError((error, c) => {
    context.logger.error({ err: error, path: c.req.path }, 'request failed');
    return problemOfError(c, error);
  });
  return app;
}

type Hook = NonNullable<NonNullable<ConstructorParameters<typeof OpenAPIHono>[0]>['defaultHook']>;

const refuseMalformed: Hook = (result, c) => {
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  return problem(c, 400, {
    code: 'REQUEST_MALFORMED',
    message: `${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'is not valid'}`,
    remedy: 'see /api/openapi.json for what this route takes',
  });
};
