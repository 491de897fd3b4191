import { coverageRoute, showbackRoute, taxonomyRoute } from './allocation.ts';
import { commitmentsRoute, contractsRoute } from './commitments.ts';
import { costRoutes } from './costs.ts';
import { detectRoute } from './detect.ts';
import { diffRoute } from './diff.ts';
import { giveFeedbackRoute, listFeedbackRoute, withdrawFeedbackRoute } from './feedback.ts';
import { forecastRoute } from './forecast.ts';
import { ingestRoute } from './ingest.ts';
import { localiseRoute } from './localise.ts';
import { plannedRoute } from './planned.ts';
import { qualityRoute } from './quality.ts';
import type { Route } from './route.ts';
import { unitCostsRoute } from './unit-costs.ts';
import { versionRoute, versionsRoute } from './versions.ts';

/** Everything that can be asked of the lake. */
export const ROUTES: readonly Route[] = [
  ingestRoute,
  detectRoute,
  giveFeedbackRoute,
  listFeedbackRoute,
  withdrawFeedbackRoute,
  plannedRoute,
  forecastRoute,
  commitmentsRoute,
  contractsRoute,
  coverageRoute,
  showbackRoute,
  taxonomyRoute,
  unitCostsRoute,
  qualityRoute,
  ...costRoutes,
  localiseRoute,
  versionsRoute,
  versionRoute,
  diffRoute,
];
