import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { CaseState } from '@counterfoil/core';
import type { ApprovalDetail, ApprovalSummary, PageView } from '@counterfoil/api';
import type { ApprovalRow } from '@counterfoil/store';
import type { ServerContext } from '../context.ts';
import { problem } from '../http/problem.ts';
import { approvalDetailSchema, approvalSummarySchema } from '../schemas/approval.ts';
import { answers, pageOf, pageQuery } from '../schemas/common.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/api/approvals',
  summary: 'Approval requests, newest first',
  request: { query: z.object({ ...pageQuery, filter: z.enum(['open', 'all']).default('open') }) },
  responses: answers(pageOf(approvalSummarySchema), 'One page of requests.'),
});

const showRoute = createRoute({
  method: 'get',
  path: '/api/approvals/{digest}',
  summary: 'One request with the exact bytes that an approval binds',
  request: {
    params: z.object({
      digest: z.string().regex(/^(sha256:[0-9a-f]{64}|[0-9a-f]{8,64})$/, 'must be a digest'),
    }),
  },
  responses: answers(approvalDetailSchema, 'The request.', { 404: 'There is no such request.' }),
});

/** Routes that read approval requests. */
export function approvalRoutes(app: OpenAPIHono, context: ServerContext): void {
  const { store } = context;
  app.openapi(listRoute, async (c) => {
    const { after, limit, filter } = c.req.valid('query');
    const page = await store.approvals.list({
      limit,
      filter,
      ...(after === undefined ? {} : { after }),
    });
    const cases = await casesOf(context, page.items);
    const items = page.items.flatMap((row) => {
      const of = cases.get(row.caseId);
      return of ? [summarise(row, of)] : [];
    });
    return c.json({ items, next: page.next } satisfies PageView<ApprovalSummary> as never, 200);
  });
  app.openapi(showRoute, async (c) => {
    const row = await store.approvals.find(c.req.valid('param').digest);
    if (!row) return approvalUnknown(c) as never;
    const reviews = await store.reviews.read(row.digest);
    const { action, ...progress } = row.action;
    const view: ApprovalDetail = {
      digest: row.digest,
      caseId: row.caseId,
      bindingText: action.bindingText,
      request: row.request,
      reviews: reviews.map(({ review, recordedAtMs }) => ({
        review,
        recordedAt: new Date(recordedAtMs).toISOString(),
      })),
      action: progress,
    };
    return c.json(view as never, 200);
  });
}

/** The answer where no request has the digest. */
export function approvalUnknown(c: Parameters<typeof problem>[0]): Response {
  return problem(c, 404, {
    code: 'APPROVAL_UNKNOWN',
    message: 'there is no approval request with this digest',
    remedy: 'open the list of approvals and choose one',
  });
}

async function casesOf(
  { store }: ServerContext,
  rows: readonly ApprovalRow[],
): Promise<ReadonlyMap<string, CaseState>> {
  const caseIds = [...new Set(rows.map((row) => row.caseId))];
  const states = await Promise.all(caseIds.map((caseId) => store.cases.load(caseId)));
  return new Map(states.flatMap((state) => (state ? [[state.caseId, state]] : [])));
}

function summarise(row: ApprovalRow, state: CaseState): ApprovalSummary {
  const { action, status, resolution } = row.action;
  const { binding } = action;
  return {
    digest: row.digest,
    case: {
      caseId: row.caseId,
      causeId: state.conclusion?.causeId ?? null,
      impactPerDay: state.signal.anomaly.impactPerDay,
    },
    kind: binding.kind,
    account: binding.account,
    region: binding.region,
    environment: binding.environment,
    preview: binding.preview,
    blastRadius: binding.blastRadius,
    reversibility: binding.undo.reversibility,
    savingPerDay: binding.estimatedEffect?.perDay ?? null,
    request: row.request,
    status,
    resolution: resolution ?? null,
  };
}
