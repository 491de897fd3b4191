import { detectSignals, type ScopedLake } from '@counterfoil/costs';
import type { LakeDetectReply } from '@counterfoil/lake-client';
import type { CostBasis } from '@counterfoil/core';
import { detectionFeedback } from '../feedback/detection-feedback.ts';
import { withNewest, withPrevious, type LakeContext } from '../lake-context.ts';
import { plannedIn } from './planned.ts';
import type { Route } from './route.ts';

/** Detects anomalies in the newest version and hands the signals to the store. */
export const detectRoute: Route = {
  method: 'POST',
  path: 'detect',
  answer: (_question, context) => context.oneAtATime(() => detect(context)),
};

async function detect(context: LakeContext): Promise<LakeDetectReply> {
  const { clock, store } = context;
  const planned = plannedIn(context);
  const feedback = detectionFeedback(context.feedback.list());
  return withNewest(context, async (lake, manifest) => {
    const { versionId: dataVersion, basis, currencies } = manifest;
    const look = (previous?: { readonly lake: ScopedLake; readonly basis: CostBasis }) =>
      detectSignals({
        ...{ lake, basis, currencies, planned, feedback, clock },
        ...(previous ? { previous } : {}),
      });
    const { signals, ...found } = await withPrevious(context, dataVersion, look);
    const judged = await context.quality.ofSignals(manifest, lake, signals);
    const { added } = await store.signals.write(judged);
    return {
      dataVersion,
      basis,
      ...found,
      signalsCount: signals.length,
      signalsAdded: added,
      innocentCount: signals.filter((signal) => signal.innocent !== undefined).length,
    };
  });
}
