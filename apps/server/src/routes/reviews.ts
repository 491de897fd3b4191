import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { SignedReview } from '@counterfoil/core';
import type { ReviewReceipt } from '@counterfoil/api';
import type { ApprovalRow } from '@counterfoil/store';
import type { ServerContext } from '../context.ts';
import { RefusalLimit } from '../door/refusal-limit.ts';
import { problem } from '../http/problem.ts';
import { reviewReceiptSchema, signedReviewSchema } from '../schemas/approval.ts';
import { answers, digestSchema, jsonBody } from '../schemas/common.ts';
import { approvalUnknown } from './approvals.ts';

/** The status of a refusal; codes that are not listed mean that the signature does not hold. */
const STATUS_OF_CODE: Readonly<Record<string, ContentfulStatusCode>> = {
  REVIEW_MALFORMED: 400,
  COMMENT_REQUIRED: 400,
  APPROVAL_EXPIRED: 410,
  ALREADY_RESOLVED: 409,
  ALREADY_REVIEWED: 409,
  DIGEST_MISMATCH: 409,
};

const REMEDY_OF_CODE: Readonly<Record<string, string>> = {
  COMMENT_REQUIRED: 'write why in the comment and sign again',
  APPROVAL_EXPIRED: 'wait for a new proposal; an expired one can not be approved any more',
  ALREADY_RESOLVED: 'nothing is left to do for this request',
  ALREADY_REVIEWED: 'nothing is left to do; a quorum needs another person',
  DIGEST_MISMATCH: 'reload the request, read it again and sign what it shows',
  REVIEWER_NOT_ELIGIBLE: 'ask a person with the required role and a strong enough key',
  KEY_UNKNOWN: 'enrol this browser with the link that `counterfoil up` printed',
};

const reviewRoute = createRoute({
  method: 'post',
  path: '/api/approvals/{digest}/reviews',
  summary: 'Submit a signed review; the signature is checked here and again by the executor',
  request: { params: z.object({ digest: digestSchema }), body: jsonBody(signedReviewSchema) },
  responses: answers(reviewReceiptSchema, 'The review is recorded.', {
    403: 'The signature does not hold, or the person may not review this.',
    404: 'There is no such request.',
    409: 'Signed over other bytes, or already resolved.',
    410: 'The request expired.',
  }),
});

/** The route that takes reviews in. Each one that is turned away is logged. */
export function reviewRoutes(app: OpenAPIHono, context: ServerContext): void {
  const { store, door } = context;
  const limit = new RefusalLimit(context.clock);
  app.openapi(
    reviewRoute,
    async (c) => {
      const row = await store.approvals.find(c.req.valid('param').digest);
      if (!row) return approvalUnknown(c) as never;
      const review = c.req.valid('json') as SignedReview;
      const verdict = await door.review(review, row);
      if (verdict.type === 'refused') {
        return (await refuse(c, { context, limit, row, ...verdict })) as never;
      }
      const { recordedAtMs, leafId } = await store.reviews.submit(review);
      const receipt: ReviewReceipt = { recordedAt: new Date(recordedAtMs).toISOString(), leafId };
      return c.json(receipt, 200);
    },
    // The hook's type wants a documented answer; a problem is one, which the type cannot see.
    (async (result: { success: true } | { success: false; error: z.ZodError }, c: Context) => {
      if (result.success) return undefined;
      const digest = digestSchema.safeParse(c.req.param('digest')).data;
      const row = digest === undefined ? null : await store.approvals.find(digest);
      if (!row) return approvalUnknown(c);
      const [issue] = result.error.issues;
      const note = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`;
      const refusal = { context, limit, row, code: 'REVIEW_MALFORMED', note };
      return refuse(c, refusal);
    }) as never,
  );
}

async function refuse(
  c: Context,
  refusal: {
    readonly context: ServerContext;
    readonly limit: RefusalLimit;
    readonly row: ApprovalRow;
    readonly code: string;
    readonly note: string;
  },
): Promise<Response> {
  const { context, limit, row, code, note } = refusal;
  context.logger.warn({ digest: row.digest, code }, 'review refused');
  if (limit.admit()) await context.store.reviews.refuse(row.digest, code, note.slice(0, 200));
  const remedy = REMEDY_OF_CODE[code];
  return problem(c, STATUS_OF_CODE[code] ?? 403, {
    code,
    message: note,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
