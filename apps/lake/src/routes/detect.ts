import { detectSignals } from '@counterfoil/costs';
import type { CostBasis } from '@counterfoil/core';
import { withNewest, type LakeContext } from '../lake-context.ts';
import { plannedActivities } from '../planned-activities.ts';
import type { Route } from './route.ts';

/** What a detection run looked at and found; `LakeDetectReply` of the lake's client. */
interface DetectReport {
  readonly dataVersion: string;
  readonly basis: CostBasis;
  readonly seriesCount: number;
  readonly daysCount: number;
  readonly lastCompleteDate: string | null;
  readonly signalsCount: number;
  readonly signalsAdded: number;
  readonly innocentCount: number;
  readonly limits: readonly string[];
}

/** Detects anomalies in the newest version and hands the signals to the store. */
export const detectRoute: Route = {
  method: 'POST',
  path: 'detect',
  answer: (_question, context) => context.oneAtATime(() => detect(context)),
};

async function detect(context: LakeContext): Promise<DetectReport> {
  const { clock, store } = context;
  const planned = plannedActivities(context.planned);
  return withNewest(context, async (lake, { versionId: dataVersion, basis, currencies }) => {
    const found = await detectSignals({ lake, basis, currencies, planned, clock });
    const { added } = await store.signals.write(found.signals);
    return {
      dataVersion,
      basis,
      seriesCount: found.seriesCount,
      daysCount: found.daysCount,
      lastCompleteDate: found.lastCompleteDate,
      signalsCount: found.signals.length,
      signalsAdded: added,
      innocentCount: found.signals.filter((signal) => signal.innocent !== undefined).length,
      limits: found.limits,
    };
  });
}
