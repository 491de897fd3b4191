import { summariseCommitments } from '@counterfoil/costs';
import { withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `CommitmentsAnswer` of the newest version. */
export const commitmentsRoute: Route = {
  method: 'POST',
  path: 'commitments',
  answer: (_question, context) =>
    withNewest(context, (lake, { currencies }) => summariseCommitments(lake, currencies)),
};
