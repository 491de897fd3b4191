import { useInfiniteQuery } from '@tanstack/react-query';
import { visibleText } from '@counterfoil/core';
import { dismissedQuery } from '../api/queries.ts';
import { AnomalyCells } from '../parts/anomaly-cells.tsx';
import { ANOMALY_COLUMNS, ListHead } from '../parts/list-head.tsx';
import { LoadedPages } from '../parts/loaded.tsx';
import { EmptyNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { DISMISSAL_LABELS, elementParts } from '../text/names.ts';

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
          <EmptyNote title="No signal was dismissed">
            What stood out so far became a case, or nothing stood out.
          </EmptyNote>
        }
      >
        {(items) => (
          <table className="list">
            <ListHead
              columns={[
                { label: 'What moved' },
                ...ANOMALY_COLUMNS,
                { label: 'Why it is no case' },
              ]}
            />
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
                  <AnomalyCells anomaly={signal.anomaly} />
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
