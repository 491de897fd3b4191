import type { ReactNode } from 'react';
import { LoadingNote, ProblemNote } from './notes.tsx';

/** The part of a query's result that {@link Loaded} needs. */
interface Loadable<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Renders an answer; says when it is on its way, failed, or could not be renewed. */
export function Loaded<Data>({
  query,
  children,
}: {
  readonly query: Loadable<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  const failure = query.error ? (
    <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
  ) : null;
  if (query.data === undefined) return failure ?? <LoadingNote />;
  return (
    <>
      {failure}
      {children(query.data)}
    </>
  );
}

/** The part of an infinite query's result that {@link LoadedPages} needs. */
interface LoadablePages<Item> extends Loadable<{
  readonly pages: readonly { readonly items: readonly Item[] }[];
}> {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

/** Renders the pages read so far as one list, with a button for the next. */
export function LoadedPages<Item>({
  query,
  empty,
  children,
}: {
  readonly query: LoadablePages<Item>;
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}) {
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        return (
          <>
            {children(items)}
            {query.hasNextPage ? (
              <p className="pager">
                <button
                  type="button"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {query.isFetchingNextPage ? 'Loading…' : 'Show more'}
                </button>
              </p>
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}
