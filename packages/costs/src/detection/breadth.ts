import type { DetectedAnomaly } from './anomaly.ts';
import { covers } from './element.ts';
import type { DailySeries, SeriesLevel } from './series.ts';

/** The level whose series, summed by account, make up a wide level; tags have no such series. */
const PARTS: { readonly [level in SeriesLevel]?: SeriesLevel } = {
  organisation: 'account',
  region: 'account_service_region',
  service: 'account_service',
  service_usage: 'account_service_region_usage',
};

const ACCOUNTS_MIN = 5;
/** Accounts below this share of the whole are left out of the count. */
const ACCOUNT_SHARE_MIN = 0.005;
/** An account moved alike when its relative change is at least this share of the whole's. */
const ALIKE_SHARE = 0.5;
/** A change is shared when so many of the accounts moved alike, and none makes up half of it. */
const MOVED_SHARE_MIN = 0.6;
const SINGLE_SHARE_MAX = 0.5;
const SPAN_DAYS_MAX = 14;

/** How many accounts share a wide change. */
export interface Breadth {
  readonly isShared: boolean;
  readonly accountsMoved: number;
}

/** Tells a change that most accounts share from one that a few accounts make. */
export function breadthOf(change: DetectedAnomaly, series: readonly DailySeries[]): Breadth {
  const part = PARTS[change.level];
  const accounts = new Map<string, { before: number; during: number }>();
  for (const one of series) {
    const { subAccountId } = one.element;
    if (one.level !== part || subAccountId === undefined) continue;
    if (!covers(change.element, one.element)) continue;
    const sums = accounts.get(subAccountId) ?? { before: 0, during: 0 };
    accounts.set(subAccountId, addSums(sums, one.cost, change));
  }
  const all = [...accounts.values()];
  const before = all.reduce((sum, one) => sum + one.before, 0);
  const delta = all.reduce((sum, one) => sum + one.during - one.before, 0);
  const counted = all.filter((one) => one.before > ACCOUNT_SHARE_MIN * before);
  if (before <= 0 || delta === 0 || counted.length < ACCOUNTS_MIN) {
    return { isShared: false, accountsMoved: 0 };
  }
  const whole = delta / before;
  const moved = counted.filter((one) => (one.during / one.before - 1) / whole >= ALIKE_SHARE);
  const largest = Math.max(...all.map((one) => (one.during - one.before) / delta));
  return {
    isShared: moved.length >= MOVED_SHARE_MIN * counted.length && largest < SINGLE_SHARE_MAX,
    accountsMoved: moved.length,
  };
}

/** Adds the cost of the change's days, and of the same weekdays of the two weeks before it. */
function addSums(
  sums: { readonly before: number; readonly during: number },
  cost: Float64Array,
  { onsetIndex, lastIndex }: DetectedAnomaly,
): { before: number; during: number } {
  let { before, during } = sums;
  for (let t = onsetIndex; t <= Math.min(lastIndex, onsetIndex + SPAN_DAYS_MAX - 1); t++) {
    const weeksBack = Math.floor((t - onsetIndex) / 7) + 1;
    const [one, two] = [t - 7 * weeksBack, t - 7 * (weeksBack + 1)];
    if (two < 0) continue;
    during += cost[t] as number;
    before += ((cost[one] as number) + (cost[two] as number)) / 2;
  }
  return { before, during };
}
