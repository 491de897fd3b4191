import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  ApprovalDetail,
  ApprovalSummary,
  CaseDetail,
  CaseSummary,
  DismissedView,
  InboxView,
  IngestView,
  LogView,
  PageView,
  SessionView,
} from '@counterfoil/api';
import type { CaseStatus } from '@counterfoil/core';
import { read } from './client.ts';

/** The session: people, mode and kill switch. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => read<SessionView>('/api/session', signal),
});

/** Cases, newest first. */
export const casesQuery = (status: CaseStatus | 'any') =>
  pages<CaseSummary>(['cases', status], '/api/cases', status === 'any' ? {} : { status });

/** One case. */
export const caseQuery = (caseId: string) =>
  queryOptions({
    queryKey: ['cases', 'one', caseId],
    queryFn: ({ signal }) => read<CaseDetail>(`/api/cases/${encodeURIComponent(caseId)}`, signal),
  });

/** Approval requests, newest first. */
export const approvalsQuery = (filter: 'open' | 'all') =>
  pages<ApprovalSummary>(['approvals', filter], '/api/approvals', { filter });

/** One request with its exact bytes. */
export const approvalQuery = (digest: string) =>
  queryOptions({
    queryKey: ['approvals', 'one', digest],
    queryFn: ({ signal }) =>
      read<ApprovalDetail>(`/api/approvals/${encodeURIComponent(digest)}`, signal),
  });

/** Signals that became no case. */
export const dismissedQuery = pages<DismissedView>(['dismissed'], '/api/dismissed', {});

/** Ingest reports. */
export const ingestsQuery = pages<IngestView>(['ingests'], '/api/ingests', {});

/** The demonstration's stand-ins. */
export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: ({ signal }) => read<InboxView>('/api/demo/inbox', signal),
  refetchInterval: 5_000,
});

/** Entries of the log; `from` null reads the newest. */
export const logQuery = (from: number | null, limit: number) =>
  queryOptions({
    queryKey: ['log', from, limit],
    queryFn: ({ signal }) =>
      read<LogView>(`/api/log?limit=${limit}${from === null ? '' : `&from=${from}`}`, signal),
  });

function pages<Item>(
  queryKey: readonly string[],
  path: string,
  parameters: Readonly<Record<string, string>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50', ...parameters });
      if (pageParam !== null) query.set('after', pageParam);
      return read<PageView<Item>>(`${path}?${query}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageView<Item>) => last.next,
  });
}
