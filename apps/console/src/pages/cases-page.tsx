import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { visibleText, type CaseStatus } from '@counterfoil/core';
import type { CaseSummary } from '@counterfoil/api';
import { casesQuery, sessionQuery } from '../api/queries.ts';
import { CaseBadge, CompletenessBadge } from '../parts/badge.tsx';
import { AnomalyCells } from '../parts/anomaly-cells.tsx';
import { ANOMALY_COLUMNS, ListHead } from '../parts/list-head.tsx';
import { LoadedPages } from '../parts/loaded.tsx';
import { EmptyNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { CASE_STATUS_LABELS, humanise } from '../text/names.ts';

/** What happened, how much it costs, why, and how far it is. */
export function CasesPage() {
  const [status, setStatus] = useState<CaseStatus | 'any'>('any');
  const query = useInfiniteQuery(casesQuery(status));
  return (
    <>
      <PageTitle
        title="Cases"
        lead="Each case is one change of the bill, followed from the signal to the verified effect."
      >
        <label className="field field-inline">
          <span>Status</span>
          <select
            value={status}
            onChange={(event) => setStatus(event.target.value as CaseStatus | 'any')}
          >
            <option value="any">Any</option>
            {Object.entries(CASE_STATUS_LABELS).map(([value, { text }]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </PageTitle>
      <LoadedPages query={query} empty={<NoCases status={status} />}>
        {(cases) => <CaseTable cases={cases} />}
      </LoadedPages>
    </>
  );
}

function NoCases({ status }: { readonly status: CaseStatus | 'any' }) {
  const session = useQuery(sessionQuery);
  const pending = session.data?.signalsPending ?? 0;
  if (status !== 'any') {
    return (
      <EmptyNote title="No case has this status">Choose another status to see more.</EmptyNote>
    );
  }
  if (pending > 0) {
    return (
      <EmptyNote title="Signals are being triaged">
        {pending} of them have not been decided yet. Cases appear here by themselves.
      </EmptyNote>
    );
  }
  return (
    <EmptyNote title="Nothing moved enough to become a case">
      Look at <Link to="/dismissed">dismissed signals</Link> for what was seen and let go, or at{' '}
      <Link to="/data">the data</Link> for what was read. The first 28 days of a bill only teach
      what is usual.
    </EmptyNote>
  );
}

function CaseTable({ cases }: { readonly cases: readonly CaseSummary[] }) {
  return (
    <table className="list">
      <ListHead
        columns={[
          { label: 'Case' },
          ...ANOMALY_COLUMNS,
          { label: 'Status' },
          { label: 'Conclusion' },
          { label: 'Actions' },
        ]}
      />
      <tbody>
        {cases.map((item) => (
          <CaseRow key={item.caseId} item={item} />
        ))}
      </tbody>
    </table>
  );
}

function CaseRow({ item }: { readonly item: CaseSummary }) {
  const { anomaly } = item;
  const element = item.topRootCause?.element ?? anomaly.element;
  const place = [element.subAccountId, element.regionId].filter(Boolean).join(' · ');
  const what = [element.serviceName, element.usageType].filter(Boolean).join(' · ');
  return (
    <tr>
      <th scope="row" className="list-main">
        <Link to="/cases/$caseId" params={{ caseId: item.caseId }}>
          {item.causeId === null ? 'Under investigation' : humanise(item.causeId)}
        </Link>
        <span className="sub">{visibleText(what)}</span>
        <span className="sub">{visibleText(place)}</span>
      </th>
      <AnomalyCells anomaly={anomaly} />
      <td data-label="Status">
        <CaseBadge status={item.status} />
      </td>
      <td data-label="Conclusion">
        <CompletenessBadge completeness={item.completeness} />
      </td>
      <td className="nowrap" data-label="Actions">
        <ActionSummary actions={item.actions} />
      </td>
    </tr>
  );
}

function ActionSummary({ actions }: { readonly actions: CaseSummary['actions'] }) {
  const open = actions.filter(({ status }) => status === 'awaiting_approval').length;
  const done = actions.filter(({ status }) => status === 'confirmed').length;
  if (actions.length === 0) return <span className="muted">none</span>;
  return (
    <span>
      {actions.length} proposed
      <span className="sub">{open} to review</span>
      {done === 0 ? null : <span className="sub">{done} done</span>}
    </span>
  );
}
