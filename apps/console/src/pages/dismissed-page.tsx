import { useInfiniteQuery } from '@tanstack/react-query';
import { formatMoney, visibleText } from '@counterfoil/core';
import { dismissedQuery } from '../api/queries.ts';
import { LoadedPages } from '../parts/loaded.tsx';
import { EmptyNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { DISMISSAL_LABELS, elementParts, formatPercent } from '../text/names.ts';

/** What was seen and became no case, with the reason. */
export function DismissedPage() {
  const query = useInfiniteQuery(dismissedQuery);
  return (
    <>
      <PageTitle
        title="Dismissed signals"
        lead="Changes that were seen and became no case. Nothing is dropped without a reason."
      />
      <LoadedPages
        query={query}
        empty={
          <EmptyNote title="No signal was dismissed">Every signal so far became a case.</EmptyNote>
        }
      >
        {(items) => (
          <table className="list">
            <thead>
              <tr>
                <th scope="col">What moved</th>
                <th scope="col" className="number">
                  Change a day
                </th>
                <th scope="col" className="number">
                  Percent
                </th>
                <th scope="col">Since</th>
                <th scope="col">Why it is no case</th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ signal, reason, note }) => (
                <tr key={signal.signalId}>
                  <th scope="row" className="list-main">
                    {visibleText(signal.anomaly.element.serviceName ?? 'All services')}
                    <span className="sub">
                      {visibleText(
                        elementParts(signal.anomaly.element)
                          .filter(({ label }) => label !== 'Service')
                          .map(({ value }) => value)
                          .join(' · '),
                      )}
                    </span>
                  </th>
                  <td className="number" data-label="Change a day">
                    {formatMoney(signal.anomaly.impactPerDay)}
                  </td>
                  <td className="number" data-label="Percent">
                    {formatPercent(signal.anomaly.impactPercent)}
                  </td>
                  <td className="nowrap" data-label="Since">
                    {signal.anomaly.onsetDate}
                  </td>
                  <td data-label="Why it is no case">
                    <span>
                      <strong>{DISMISSAL_LABELS[reason]}</strong>
                      <span className="sub">{visibleText(note)}</span>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </LoadedPages>
    </>
  );
}
