import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { Shell } from './parts/shell.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { ApprovalPage } from './pages/approval-page.tsx';
import { ApprovalsPage } from './pages/approvals-page.tsx';
import { CasePage } from './pages/case-page.tsx';
import { CasesPage } from './pages/cases-page.tsx';
import { DataPage } from './pages/data-page.tsx';
import { DismissedPage } from './pages/dismissed-page.tsx';
import { EnrolPage } from './pages/enrol-page.tsx';
import { InboxPage } from './pages/inbox-page.tsx';
import { LogPage } from './pages/log-page.tsx';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });
const page = <Path extends string>(path: Path, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => rootRoute, path, component });

const caseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cases/$caseId',
  component: function CaseRoute() {
    const { caseId } = caseRoute.useParams();
    return <CasePage key={caseId} caseId={caseId} />;
  },
});

const approvalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/approvals/$digest',
  component: function ApprovalRoute() {
    const { digest } = approvalRoute.useParams();
    return <ApprovalPage key={digest} digest={digest} />;
  },
});

/** `?from=INDEX` chooses a range of the log; anything else shows the newest entries. */
const logRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/log',
  component: LogPage,
  validateSearch: ({ from }: Readonly<Record<string, unknown>>): { readonly from?: number } =>
    typeof from === 'number' && Number.isSafeInteger(from) && from >= 0 ? { from } : {},
});

const routeTree = rootRoute.addChildren([
  page('/', CasesPage),
  caseRoute,
  page('/approvals', ApprovalsPage),
  approvalRoute,
  page('/dismissed', DismissedPage),
  page('/data', DataPage),
  page('/inbox', InboxPage),
  logRoute,
  page('/enrol', EnrolPage),
]);

/** The console's pages and their addresses. */
export function createConsoleRouter() {
  return createRouter({ routeTree, scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: ReturnType<typeof createConsoleRouter>;
  }
}
