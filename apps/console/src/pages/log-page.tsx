import { getRouteApi, Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { visibleText } from '@counterfoil/core';
import type { LogEntryView, LogView } from '@counterfoil/api';
import { logQuery } from '../api/queries.ts';
import { Loaded } from '../parts/loaded.tsx';
import { EmptyNote } from '../parts/notes.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { FactList } from '../parts/values.tsx';
import { humanise } from '../text/names.ts';
import { Time } from '../text/time.tsx';

const ENTRIES_A_PAGE = 50;

const route = getRouteApi('/log');

/** The transparency log: every entry with its index, newest first, and the checkpoint over them. */
export function LogPage() {
  const { from } = route.useSearch();
  const query = useQuery(logQuery(from ?? null, ENTRIES_A_PAGE));
  return (
    <>
      <PageTitle
        title="Transparency log"
        lead="An append-only Merkle tree. The checkpoint is signed by the log and by its witness; counterfoil verify checks both offline."
      />
      <Loaded query={query}>
        {(log) =>
          log.size === 0 ? (
            <EmptyNote title="The log is empty">Its first checkpoint is on its way.</EmptyNote>
          ) : (
            <Entries log={log} from={from ?? Math.max(0, log.size - ENTRIES_A_PAGE)} />
          )
        }
      </Loaded>
    </>
  );
}

function Entries({ log, from }: { readonly log: LogView; readonly from: number }) {
  const newer = from + ENTRIES_A_PAGE;
  const older = Math.max(0, from - ENTRIES_A_PAGE);
  return (
    <>
      <details className="panel">
        <summary>
          Checkpoint over {log.size.toLocaleString('en-GB')} {log.size === 1 ? 'entry' : 'entries'}
        </summary>
        <pre className="bytes">{log.checkpointText}</pre>
      </details>
      <ol className="log" reversed>
        {log.entries.toReversed().map((entry) => (
          <EntryRow key={entry.index} item={entry} />
        ))}
      </ol>
      <p className="pager">
        {newer < log.size ? (
          <Link to="/log" search={{ from: newer }} className="button">
            Newer
          </Link>
        ) : null}
        {from > 0 ? (
          <Link to="/log" search={{ from: older }} className="button">
            Older
          </Link>
        ) : null}
      </p>
    </>
  );
}

function EntryRow({ item }: { readonly item: LogEntryView }) {
  const { entry } = item;
  return (
    <li>
      <span className="log-index">{item.index}</span>
      <div className="log-what">
        <p>
          <strong>{humanise(entry.kind)}</strong> <Time at={entry.at} seconds />{' '}
          <span className="muted">{entry.actor}</span>{' '}
          {entry.caseId === null ? null : (
            <Link to="/cases/$caseId" params={{ caseId: entry.caseId }}>
              <code>{entry.caseId}</code>
            </Link>
          )}
        </p>
        <FactList facts={entry.facts} />
        <details>
          <summary>Leaf{item.payloadText === null ? '' : ' and payload'}</summary>
          <pre className="bytes">{item.entryText}</pre>
          {item.payloadText === null ? null : (
            <pre className="bytes">{visibleText(item.payloadText)}</pre>
          )}
        </details>
      </div>
    </li>
  );
}
