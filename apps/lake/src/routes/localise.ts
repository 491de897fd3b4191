import { localiseAnomaly } from '@counterfoil/costs';
import { withCase } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `LocaliseResult` of the case's anomaly, within its scope. */
export const localiseRoute: Route = {
  method: 'POST',
  path: 'cases/*/localise',
  answer: ({ id }, context) =>
    withCase(context, id, (lake, { anomaly }) => localiseAnomaly(lake, anomaly)),
};
