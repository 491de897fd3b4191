import { UpstreamError } from '@counterfoil/core';
import { withNewest } from '../lake-context.ts';
import type { Route } from './route.ts';

/** `{dataVersion, dataQuality}` of the newest version. */
export const qualityRoute: Route = {
  method: 'POST',
  path: 'quality',
  answer: (_question, context) =>
    withNewest(context, async (_lake, manifest) => {
      const dataQuality = await context.quality.ofVersion(manifest);
      if (dataQuality !== null) return { dataVersion: manifest.versionId, dataQuality };
      throw new UpstreamError('QUALITY_FAILED', 'the quality of the version could not be judged', {
        remedy: 'see the log of the lake process',
      });
    }),
};
