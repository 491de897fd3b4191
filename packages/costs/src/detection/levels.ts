import type { SeriesLevel } from './series.ts';

/** How a level of the hierarchy is judged. */
interface LevelRule {
  /** `account`: within one account; `wide`: across accounts. */
  readonly kind: 'account' | 'wide';
  /** Order of refinement among levels of the same kind. */
  readonly depth: number;
  /** Distance from the expectation, in robust spreads, that opens a change. */
  readonly openSpreads: number;
}

/** Below the service there are many more series to be wrong about, and the service's sum is watched too. */
export const LEVELS: Readonly<Record<SeriesLevel, LevelRule>> = {
  account: { kind: 'account', depth: 0, openSpreads: 6.5 },
  account_service: { kind: 'account', depth: 1, openSpreads: 6.5 },
  account_service_region: { kind: 'account', depth: 2, openSpreads: 8 },
  account_service_region_usage: { kind: 'account', depth: 3, openSpreads: 8 },
  organisation: { kind: 'wide', depth: 0, openSpreads: 6.5 },
  region: { kind: 'wide', depth: 1, openSpreads: 6.5 },
  tag: { kind: 'wide', depth: 2, openSpreads: 6.5 },
  service: { kind: 'wide', depth: 3, openSpreads: 6.5 },
  tag_service: { kind: 'wide', depth: 4, openSpreads: 6.5 },
  service_usage: { kind: 'wide', depth: 5, openSpreads: 6.5 },
};
