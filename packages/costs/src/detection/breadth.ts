import type { CostDimension } from '@counterfoil/core';
import type { DetectedAnomaly } from './anomaly.ts';
import { agree, covers } from './element.ts';
import type { DailySeries, SeriesLevel } from './series.ts';

/**
 * The level whose series are the cells of a wide level: finer than accounts, so that a change of one service in each of several accounts
 * is not taken for one that they share. Tags have no such series.
 */
const CELLS: { readonly [level in SeriesLevel]?: SeriesLevel } = {
  organisation: 'account_service',
  region: 'account_service_region',
  service: 'account_service_region',
  service_usage: 'account_service_region_usage',
};

const ACCOUNTS_MIN = 5;
/** Cells below this share of the whole are left out of the count. */
const CELL_SHARE_MIN = 0.002;
/** A cell moved alike when its relative change is at least this share of the whole's. */
const ALIKE_SHARE = 0.5;
/** A change is shared when so many of the cells moved alike, and none makes up half of it. */
const MOVED_SHARE_MIN = 0.6;
const SINGLE_SHARE_MAX = 0.5;
const SPAN_DAYS_MAX = 14;
const TAG_SUM_MIN = 0.5;
const TAG_SUM_MAX = 1.25;

/** How many accounts share a wide change. */
export interface Breadth {
  readonly isShared: boolean;
  readonly accountsMoved: number;
}

/** What a wide change may be made of. */
interface Composition {
  readonly series: readonly DailySeries[];
  /** Changes that began with it, of single accounts or shared by several within it. */
  readonly below: readonly DetectedAnomaly[];
}

/** Tells a change that most accounts share from one that a few accounts make. */
export function breadthOf(change: DetectedAnomaly, { series, below }: Composition): Breadth {
  if (CELLS[change.level] === undefined) return breadthOfTag(change, below);
  const cells = series
    .filter((one) => one.level === CELLS[change.level] && covers(change.element, one.element))
    .map((one) => ({ account: one.element.subAccountId, ...sumsOf(one.cost, change) }));
  const before = cells.reduce((sum, cell) => sum + cell.before, 0);
  const delta = cells.reduce((sum, cell) => sum + cell.during - cell.before, 0);
  const counted = cells.filter((cell) => cell.before > CELL_SHARE_MIN * before);
  const accounts = new Set(counted.map((cell) => cell.account));
  if (before <= 0 || delta === 0 || accounts.size < ACCOUNTS_MIN) {
    return { isShared: false, accountsMoved: 0 };
  }
  const whole = delta / before;
  const alike = counted.filter((cell) => (cell.during / cell.before - 1) / whole >= ALIKE_SHARE);
  const largest = Math.max(...cells.map((cell) => (cell.during - cell.before) / delta));
  const accountsMoved = new Set(alike.map((cell) => cell.account)).size;
  return {
    isShared:
      alike.length >= MOVED_SHARE_MIN * counted.length &&
      accountsMoved >= MOVED_SHARE_MIN * accounts.size &&
      largest < SINGLE_SHARE_MAX,
    accountsMoved,
  };
}

function tagOf({ element }: DetectedAnomaly): CostDimension {
  return Object.keys(element).find((dimension) => dimension.startsWith('tag:')) as CostDimension;
}

/**
 * No series says how an account's cost divides by tags. A tag's change is shared when the changes of many accounts that began with it add
 * up to it: were they of another cause, they would be more than it, or less.
 */
function breadthOfTag(change: DetectedAnomaly, below: readonly DetectedAnomaly[]): Breadth {
  const { [tagOf(change)]: _, ...beside } = change.element;
  const parts = below.filter(
    (one) => agree(change.element, one.element) && covers(beside, one.element),
  );
  const accounts = new Set(parts.flatMap(({ element }) => element.subAccountId ?? []));
  const accountsMoved = Math.max(accounts.size, ...parts.map((one) => one.accountsMoved ?? 0));
  const shareOf = (one: DetectedAnomaly) => one.impactPerDay / change.impactPerDay;
  const sum = parts.reduce((all, one) => all + shareOf(one), 0);
  const single = parts.filter((one) => one.accountsMoved === undefined);
  return {
    isShared:
      accountsMoved >= ACCOUNTS_MIN &&
      sum >= TAG_SUM_MIN &&
      sum <= TAG_SUM_MAX &&
      single.every((one) => shareOf(one) < SINGLE_SHARE_MAX),
    accountsMoved,
  };
}

/** Cost of the change's days, and of the same weekdays of the two weeks before it. */
function sumsOf(
  cost: Float64Array,
  { onsetIndex, lastIndex }: DetectedAnomaly,
): { readonly before: number; readonly during: number } {
  let [before, during] = [0, 0];
  for (let t = onsetIndex; t <= Math.min(lastIndex, onsetIndex + SPAN_DAYS_MAX - 1); t++) {
    const weeksBack = Math.floor((t - onsetIndex) / 7) + 1;
    const [one, two] = [t - 7 * weeksBack, t - 7 * (weeksBack + 1)];
    if (two < 0) continue;
    during += cost[t] as number;
    before += ((cost[one] as number) + (cost[two] as number)) / 2;
  }
  return { before, during };
}
