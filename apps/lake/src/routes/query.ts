import { parseCostQuery } from '@counterfoil/costs';
import { withCase } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `CostQuery` in, `CostAnswer` within the case's scope out. */
export const queryRoute: Route = {
  method: 'POST',
  path: 'cases/*/query',
  answer: (question, context) => {
    const plan = parseCostQuery(question.body());
    return withCase(context, question.id, (lake) => lake.query(plan));
  },
};
