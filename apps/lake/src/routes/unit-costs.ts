import { extentOf, parseUnitCostQuestion, unitCosts } from '@counterfoil/costs';
import { withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `UnitCostAnswer` of the newest version; of all its days where the request names none. */
export const unitCostsRoute: Route = {
  method: 'POST',
  path: 'unit-costs',
  answer: (question, context) => {
    const { extent, ...request } = parseUnitCostQuestion(question.body());
    return withNewest(context, (lake, manifest) => {
      const { fromDate, toDate, month } = extent;
      const all = month === null && fromDate === null && toDate === null;
      const named = all
        ? { ...extent, fromDate: manifest.fromDate, toDate: manifest.toDate }
        : extent;
      return unitCosts(lake, { ...request, extent: extentOf(named, manifest) });
    });
  },
};
