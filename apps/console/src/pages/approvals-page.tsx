import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useInfiniteQuery } from '@tanstack/react-query';
import { formatMoney, visibleText } from '@counterfoil/core';
import type { ApprovalSummary } from '@counterfoil/api';
import { approvalsQuery } from '../api/queries.ts';
import { useNowMs } from '../live/now.ts';
import { ActionBadge } from '../parts/badge.tsx';
import { LoadedPages } from '../parts/loaded.tsx';
import { EmptyNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { DigestText } from '../parts/values.tsx';
import { humanise } from '../text/names.ts';
import { formatDuration } from '../text/duration.ts';
import { Time } from '../text/time.tsx';

/** Requests that wait for a person, and those that were answered. */
export function ApprovalsPage() {
  const [filter, setFilter] = useState<'open' | 'all'>('open');
  const query = useInfiniteQuery(approvalsQuery(filter));
  return (
    <>
      <PageTitle
        title="Approvals"
        lead="None of these happens without a signature over its exact bytes. At the deadline the answer is no."
      >
        <div className="switch" role="group" aria-label="Which requests">
          {(['open', 'all'] as const).map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={filter === value}
              onClick={() => setFilter(value)}
            >
              {value === 'open' ? 'Open' : 'All'}
            </button>
          ))}
        </div>
      </PageTitle>
      <LoadedPages
        query={query}
        empty={
          <EmptyNote
            title={filter === 'open' ? 'Nothing waits for you' : 'Nothing was proposed yet'}
          >
            Requests appear here when a case proposes an action that policy lets people decide.
          </EmptyNote>
        }
      >
        {(requests) => <RequestGroups requests={requests} />}
      </LoadedPages>
    </>
  );
}

/** Requests of one case stand together, so that one reading of the case serves them all. */
function RequestGroups({ requests }: { readonly requests: readonly ApprovalSummary[] }) {
  const nowMs = useNowMs();
  const groups = Map.groupBy(requests, (request) => request.case.caseId);
  return [...groups].map(([caseId, members]) => {
    const [first] = members;
    if (!first) return null;
    const { causeId, impactPerDay } = first.case;
    return (
      <section key={caseId} className="request-group">
        <h2>
          <Link to="/cases/$caseId" params={{ caseId }}>
            {causeId === null ? caseId : humanise(causeId)}
          </Link>
          <span className="muted"> {formatMoney(impactPerDay)} a day</span>
        </h2>
        <ul className="requests">
          {members.toSorted(cloudFirst).map((request) => (
            <RequestRow key={request.digest} request={request} nowMs={nowMs} />
          ))}
        </ul>
      </section>
    );
  });
}

/** What changes a cloud account stands above messages and tickets about it. */
function cloudFirst(a: ApprovalSummary, b: ApprovalSummary): number {
  return Number(a.account === '-') - Number(b.account === '-');
}

function RequestRow({
  request,
  nowMs,
}: {
  readonly request: ApprovalSummary;
  readonly nowMs: number;
}) {
  const { account, region, savingPerDay } = request;
  return (
    <li>
      <div className="request-main">
        <Link to="/approvals/$digest" params={{ digest: request.digest }}>
          {visibleText(request.preview)}
        </Link>
        <span className="sub">{visibleText(request.blastRadius.note)}</span>
        <span className="action-facts">
          <ActionBadge status={request.status} />
          <code>{request.kind}</code>
          <span className="tag">{request.environment}</span>
          <span className="tag">{request.reversibility}</span>
          {account === '-' ? null : (
            <span className="tag">
              {account} {region}
            </span>
          )}
        </span>
      </div>
      <div className="request-facts">
        {savingPerDay ? <strong>saves {formatMoney(savingPerDay)} a day</strong> : null}
        <Deadline request={request} nowMs={nowMs} />
        <DigestText digest={request.digest} />
      </div>
    </li>
  );
}

function Deadline({
  request,
  nowMs,
}: {
  readonly request: ApprovalSummary;
  readonly nowMs: number;
}) {
  const { deadlineAt } = request.request;
  if (request.status !== 'awaiting_approval') {
    return (
      <span className="muted">
        deadline <Time at={deadlineAt} />
      </span>
    );
  }
  const leftMs = Date.parse(deadlineAt) - nowMs;
  return (
    <span title={deadlineAt}>
      {leftMs > 0 ? `${formatDuration(leftMs)} left` : 'the deadline passed'}
    </span>
  );
}
