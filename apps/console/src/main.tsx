import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { PlatformError, invariant } from '@counterfoil/core';
import { takeEnrolmentSeed } from './signing/enrolment-link.ts';
import { EnrolmentSeedContext } from './signing/enrolment-seed-context.ts';
import { createConsoleRouter } from './router.tsx';

const RETRIES_MAX = 3;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchInterval: 20_000,
      retry: (count, error) =>
        count < RETRIES_MAX && error instanceof PlatformError && error.class === 'upstream',
    },
  },
});

const seed = takeEnrolmentSeed(window.location, window.history);
const router = createConsoleRouter();
if (seed !== null) void router.navigate({ to: '/enrol' });

const root = document.getElementById('root');
invariant(root, 'the page has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <EnrolmentSeedContext value={seed}>
        <RouterProvider router={router} />
      </EnrolmentSeedContext>
    </QueryClientProvider>
  </StrictMode>,
);
