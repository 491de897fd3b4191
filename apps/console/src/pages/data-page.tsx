import { useInfiniteQuery } from '@tanstack/react-query';
import { ingestsQuery } from '../api/queries.ts';
import { IngestView } from '../parts/ingest-view.tsx';
import { LoadedPages } from '../parts/loaded.tsx';
import { EmptyNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { Time } from '../text/time.tsx';

/** What was read, whether it reconciles, and what did not parse. */
export function DataPage() {
  const query = useInfiniteQuery(ingestsQuery);
  return (
    <>
      <PageTitle
        title="Data"
        lead="Every billing file that was read: totals, reconciliation to the last digit, rejected rows and what is odd about the data."
      />
      <LoadedPages
        query={query}
        empty={
          <EmptyNote title="Nothing was ingested yet">
            Give billing files with <code>counterfoil ingest</code>.
          </EmptyNote>
        }
      >
        {(items) => (
          <ol className="ingests">
            {items.map(({ at, report }) => (
              <li key={at} className="panel">
                <h2>
                  Ingested <Time at={at} />
                </h2>
                <IngestView report={report} />
              </li>
            ))}
          </ol>
        )}
      </LoadedPages>
    </>
  );
}
