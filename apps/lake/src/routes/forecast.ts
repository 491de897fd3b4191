import { forecastCosts, parseForecastRequest } from '@counterfoil/costs';
import { withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `ForecastRequest` in, `ForecastAnswer` of the newest version out. */
export const forecastRoute: Route = {
  method: 'POST',
  path: 'forecast',
  answer: (question, context) => {
    const request = parseForecastRequest(question.body());
    return withNewest(context, (lake, { basis, currencies }) =>
      forecastCosts({ lake, basis, currencies }, request),
    );
  },
};
