import {
  BY_ACCOUNT,
  extentOf,
  parseCoverageQuestion,
  parseShowbackQuestion,
  parseSuggestQuestion,
  showback,
  suggestTaxonomy,
  tagCoverage,
} from '@counterfoil/costs';
import { withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `CoverageAnswer` of the newest version. */
export const coverageRoute: Route = {
  method: 'POST',
  path: 'allocation-coverage',
  answer: (question, context) => {
    const { extent, taxonomy, untaggedMax } = parseCoverageQuestion(question.body());
    return withNewest(context, (lake, manifest) =>
      tagCoverage(lake, { extent: extentOf(extent, manifest), taxonomy, untaggedMax }),
    );
  },
};

/** `ShowbackAnswer` of the newest version. */
export const showbackRoute: Route = {
  method: 'POST',
  path: 'allocation-showback',
  answer: (question, context) => {
    const { extent, taxonomy, by, metrics } = parseShowbackQuestion(question.body());
    return withNewest(context, (lake, manifest) =>
      showback(lake, {
        extent: extentOf(extent, manifest),
        taxonomy,
        by: by ?? taxonomy.keys[0]?.key ?? BY_ACCOUNT,
        metrics,
      }),
    );
  },
};

/** `SuggestAnswer` of the newest version. */
export const taxonomyRoute: Route = {
  method: 'POST',
  path: 'allocation-taxonomy',
  answer: (question, context) => {
    const { extent, taxonomy } = parseSuggestQuestion(question.body());
    return withNewest(context, (lake, manifest) =>
      suggestTaxonomy(lake, { extent: extentOf(extent, manifest), taxonomy }),
    );
  },
};
