import { Link, Outlet } from '@tanstack/react-router';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { approvalsQuery, sessionQuery } from '../api/queries.ts';
import { useLiveUpdates } from '../live/live-updates.ts';
import { KillBanner, KillButton } from './kill-switch.tsx';
import { ProblemNote } from './notes.tsx';

const LIVE_LABELS = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
} as const;

/** Header with the kill switch, navigation, and the page. */
export function Shell() {
  const session = useQuery(sessionQuery);
  const live = useLiveUpdates();
  const isDemo = session.data?.mode === 'demo';
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src="/mark.svg" alt="" width="28" height="28" />
          <span>Counterfoil</span>
        </Link>
        <span className="tenant">
          {session.data?.tenant ?? ''}
          {isDemo ? <span className="tag">demonstration</span> : null}
        </span>
        <span className={`live live-${live}`} role="status">
          {LIVE_LABELS[live]}
        </span>
        <KillButton kill={session.data?.kill} />
      </header>
      <Navigation isDemo={isDemo} />
      <main id="main" tabIndex={-1}>
        {session.data ? <KillBanner session={session.data} /> : null}
        {session.error ? (
          <ProblemNote error={session.error} onRetry={() => void session.refetch()} />
        ) : null}
        <Outlet />
      </main>
    </>
  );
}

function Navigation({ isDemo }: { readonly isDemo: boolean }) {
  const open = useInfiniteQuery(approvalsQuery('open'));
  const first = open.data?.pages[0];
  const count = first ? `${first.items.length}${first.next === null ? '' : '+'}` : null;
  return (
    <nav className="side" aria-label="Pages">
      <NavLink to="/" label="Cases" exact />
      <NavLink to="/approvals" label="Approvals" count={count} />
      <NavLink to="/dismissed" label="Dismissed signals" />
      <NavLink to="/data" label="Data" />
      {isDemo ? <NavLink to="/inbox" label="Stand-in inbox" /> : null}
      <NavLink to="/log" label="Log" />
    </nav>
  );
}

function NavLink({
  to,
  label,
  count = null,
  exact = false,
}: {
  readonly to: '/' | '/approvals' | '/dismissed' | '/data' | '/inbox' | '/log';
  readonly label: string;
  readonly count?: string | null;
  readonly exact?: boolean;
}) {
  return (
    <Link to={to} activeOptions={{ exact }} className="nav-link">
      {label}
      {count === null || count === '0' ? null : (
        <span className="count">
          {count}
          <span className="visually-hidden"> open</span>
        </span>
      )}
    </Link>
  );
}
