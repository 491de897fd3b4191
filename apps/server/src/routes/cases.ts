import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { CaseState } from '@counterfoil/core';
import type { CaseDetail, CaseSummary, JournalEntryView, PageView } from '@counterfoil/api';
import type { CaseRow, LeafRow } from '@counterfoil/store';
import type { ServerContext } from '../context.ts';
import { answers, pageOf, pageQuery } from '../schemas/common.ts';
import { caseDetailSchema, caseStatusSchema, caseSummarySchema } from '../schemas/case.ts';
import { problem } from '../http/problem.ts';

/** Log entries of one case that are matched with its journal. */
const CASE_ENTRIES_MAX = 1000;

const listRoute = createRoute({
  method: 'get',
  path: '/api/cases',
  summary: 'Cases, newest first',
  request: { query: z.object({ ...pageQuery, status: caseStatusSchema.optional() }) },
  responses: answers(pageOf(caseSummarySchema), 'One page of cases.'),
});

const showRoute = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}',
  summary: 'One case with its journal and the log index of each step',
  request: { params: z.object({ caseId: z.string().min(1).max(100) }) },
  responses: answers(caseDetailSchema, 'The case.', { 404: 'There is no such case.' }),
});

/** Routes that read cases. */
export function caseRoutes(app: OpenAPIHono, context: ServerContext): void {
  app.openapi(listRoute, async (c) => {
    const { after, limit, status } = c.req.valid('query');
    const page = await context.store.cases.list({
      limit,
      ...(after === undefined ? {} : { after }),
      ...(status === undefined ? {} : { status }),
    });
    const view: PageView<CaseSummary> = { items: page.items.map(summarise), next: page.next };
    return c.json(view as never, 200);
  });
  app.openapi(showRoute, async (c) => {
    const { caseId } = c.req.valid('param');
    const state = await context.store.cases.load(caseId);
    if (!state) return caseUnknown(c) as never;
    const view: CaseDetail = { state, journal: await journalOf(context, caseId) };
    return c.json(view as never, 200);
  });
}

const caseUnknown = (c: Parameters<typeof problem>[0]) =>
  problem(c, 404, {
    code: 'CASE_UNKNOWN',
    message: 'there is no case with this id',
    remedy: 'open the list of cases and choose one',
  });

function summarise({ state }: CaseRow): CaseSummary {
  const { conclusion } = state;
  return {
    caseId: state.caseId,
    status: state.status,
    openedAt: state.openedAt,
    updatedAt: state.updatedAt,
    anomaly: state.signal.anomaly,
    causeId: conclusion?.causeId ?? null,
    summary: conclusion?.summary ?? null,
    completeness: completenessOf(state),
    topRootCause: conclusion?.rootCauses[0] ?? null,
    actions: state.actions.map(({ action, status }) => ({
      digest: action.digest,
      kind: action.binding.kind,
      status,
      savingPerDay: action.binding.estimatedEffect?.perDay ?? null,
    })),
  };
}

function completenessOf({ conclusion }: CaseState): CaseSummary['completeness'] {
  if (!conclusion) return 'pending';
  return conclusion.completeness.complete ? 'complete' : 'incomplete';
}

/** Journal and log are written in one transaction and in one order, so the n-th event of a kind is its n-th entry. */
async function journalOf(context: ServerContext, caseId: string): Promise<JournalEntryView[]> {
  const [journal, leaves] = await Promise.all([
    context.store.cases.journal(caseId),
    context.store.log.entries({
      fromIndex: 0,
      limit: CASE_ENTRIES_MAX,
      order: 'ascending',
      caseId,
    }),
  ]);
  const indexes = Map.groupBy(leaves, kindOf);
  return journal.map(({ sequence, at, actor, event }) => ({
    sequence,
    at,
    actor,
    event,
    logIndex: indexes.get(event.type)?.shift()?.index ?? null,
  }));
}

function kindOf(leaf: LeafRow): string {
  return (JSON.parse(leaf.entryText) as { readonly kind: string }).kind;
}
