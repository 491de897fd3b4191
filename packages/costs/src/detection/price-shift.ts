import type { CostElement } from '@counterfoil/core';
import type { DetectedAnomaly } from './anomaly.ts';
import { covers } from './element.ts';
import { meanOf, medianOf } from './robust.ts';
import type { DailySeries } from './series.ts';

/** When a shift of the unit price counts. */
export interface PriceLimits {
  readonly lastIndex: number;
  readonly firstIndex: number;
  readonly impactMinPerDay: number;
}

/** Smallest relative change of a unit price that is told. */
const SHIFT_MIN = 0.03;
/** It must lie so many spreads from the prices of the weeks before, and so far outside their range. */
const SHIFT_SPREADS_MIN = 6;
const RANGE_SLACK = 0.02;
const SPREAD_MIN = 0.002;
const BASE_DAYS = 14;
/** Tiered prices start again with each month: the range of prices looks back over one. */
const RANGE_DAYS = 45;
/** Days that a new price must hold before it is one. */
const HELD_DAYS = 2;
const ACCOUNTS_MIN = 5;
const ACCOUNTS_SHARE_MIN = 0.6;
/** Shifts of several usage types of a service by about as much, within a day, are one new price list. */
const SAME_SHIFT = 0.5;

/**
 * Unit prices (cost by quantity) that changed across the organisation: the price of one usage type of a service shifts for good in
 * most accounts that use it, at unchanged quantities. One anomaly a usage type, or one a service where several of its usage
 * types shift together; never one an account. A price that changes in a few accounts only (a commitment that ended) is theirs.
 */
export function priceShifts(
  series: readonly DailySeries[],
  limits: PriceLimits,
): DetectedAnomaly[] {
  const shifts = series
    .filter((one) => one.level === 'service_usage' && one.quantity !== undefined)
    .flatMap((one) => shiftOf(one, limits))
    .map((shift) => ({ ...shift, accountsMoved: accountsAlike(shift, series) }))
    .filter(({ accountsMoved }) => accountsMoved > 0);
  return byService(shifts);
}

function shiftOf(series: DailySeries, limits: PriceLimits): DetectedAnomaly[] {
  const { cost, quantity = cost } = series;
  const { lastIndex, firstIndex, impactMinPerDay } = limits;
  const price = cost.map((value, t) => {
    const units = quantity[t] as number;
    return units > 0 && value > 0 ? value / units : Number.NaN;
  });
  const found: DetectedAnomaly[] = [];
  for (let t = Math.max(firstIndex, BASE_DAYS); t + HELD_DAYS - 1 <= lastIndex; t++) {
    const shift = shiftAt(price, t);
    if (!shift) continue;
    const last = lastHeld(price, t, { ...shift, lastIndex });
    const days = last - t + 1;
    const actual = meanOf(cost, t, last);
    const expected = meanOf(quantity, t, last) * shift.before;
    const impact = actual - expected;
    if (days < HELD_DAYS || Math.abs(impact) < impactMinPerDay) continue;
    const error = 1.28 * shift.spread * expected;
    found.push({
      element: series.element,
      level: series.level,
      direction: impact > 0 ? 'increase' : 'decrease',
      onsetIndex: t,
      lastIndex: last,
      expectedPerDay: expected,
      actualPerDay: actual,
      impactPerDay: impact,
      impactTotal: impact * days,
      impactPerDayInterval: { low: impact - error, high: impact + error },
      impactPercent: (100 * impact) / expected,
      score: 0.99,
      driver: 'price',
    });
    t = last;
  }
  return found;
}

interface Shift {
  readonly before: number;
  readonly after: number;
  /** Relative spread of the price before. */
  readonly spread: number;
}

/** The shift of the price on day `t` that holds on the days after it; undefined where there is none. */
function shiftAt(price: Float64Array, t: number): Shift | undefined {
  const today = price[t] as number;
  const past = price.slice(Math.max(0, t - BASE_DAYS), t).filter((one) => !Number.isNaN(one));
  if (past.length < BASE_DAYS / 2 || Number.isNaN(today)) return undefined;
  const before = medianOf(past.slice(), past.length);
  const change = today / before - 1;
  if (Math.abs(change) < SHIFT_MIN) return undefined;
  const sizes = past.map((one) => Math.abs(one / before - 1));
  const spread = Math.max(SPREAD_MIN, 1.4826 * medianOf(sizes, sizes.length));
  if (Math.abs(change) < SHIFT_SPREADS_MIN * spread) return undefined;
  const range = price.slice(Math.max(0, t - RANGE_DAYS), t).filter((one) => !Number.isNaN(one));
  const outside =
    change > 0
      ? today > Math.max(...range) * (1 + RANGE_SLACK)
      : today < Math.min(...range) * (1 - RANGE_SLACK);
  return outside ? { before, after: today, spread } : undefined;
}

/** Last day up to which the price stays nearer to the new one than to the old. */
function lastHeld(
  price: Float64Array,
  onset: number,
  { before, after, lastIndex }: Shift & { readonly lastIndex: number },
): number {
  const middle = (before + after) / 2;
  let last = onset;
  for (let t = onset; t <= lastIndex; t++) {
    const today = price[t] as number;
    if (!Number.isNaN(today) && today > middle !== after > middle) break;
    last = t;
  }
  return last;
}

/** Accounts whose own unit price shifted with the whole's; 0 where they are too few to call it the organisation's. */
function accountsAlike(shift: DetectedAnomaly, series: readonly DailySeries[]): number {
  const accounts = new Map<string, { alike: boolean }>();
  const whole = (shift.impactPercent ?? 0) / 100;
  for (const one of series) {
    const { subAccountId } = one.element;
    if (one.level !== 'account_service_region_usage' || subAccountId === undefined) continue;
    if (!one.quantity || !covers(shift.element, one.element)) continue;
    const own = priceChange(one.cost, one.quantity, shift);
    if (Number.isNaN(own)) continue;
    const alike = own / whole >= 0.5 && own / whole <= 2;
    accounts.set(subAccountId, { alike: alike || (accounts.get(subAccountId)?.alike ?? false) });
  }
  const alike = [...accounts.values()].filter((one) => one.alike).length;
  const enough = accounts.size >= ACCOUNTS_MIN && alike >= ACCOUNTS_SHARE_MIN * accounts.size;
  return enough ? alike : 0;
}

function priceChange(
  cost: Float64Array,
  quantity: Float64Array,
  { onsetIndex, lastIndex }: DetectedAnomaly,
): number {
  const priceIn = (from: number, to: number) => meanOf(cost, from, to) / meanOf(quantity, from, to);
  const before = priceIn(Math.max(0, onsetIndex - BASE_DAYS), onsetIndex - 1);
  return priceIn(onsetIndex, lastIndex) / before - 1;
}

type Shifted = DetectedAnomaly & { readonly accountsMoved: number };

/** Joins the shifts of a service's usage types that begin together and go as far. */
function byService(shifts: readonly Shifted[]): DetectedAnomaly[] {
  const left = new Set(
    shifts.toSorted((a, b) => Math.abs(b.impactTotal) - Math.abs(a.impactTotal)),
  );
  const stated: DetectedAnomaly[] = [];
  for (const first of left) {
    const together = [...left].filter((other) => other === first || isSamePriceList(first, other));
    for (const one of together) left.delete(one);
    stated.push(together.length === 1 ? first : joined(first, together));
  }
  return stated;
}

function isSamePriceList(one: Shifted, other: Shifted): boolean {
  if (one.element.serviceName !== other.element.serviceName) return false;
  if (one.direction !== other.direction) return false;
  if (Math.abs(one.onsetIndex - other.onsetIndex) > 1) return false;
  const ratio = (other.impactPercent ?? 0) / (one.impactPercent ?? 1);
  return ratio >= SAME_SHIFT && ratio <= 1 / SAME_SHIFT;
}

function joined(first: Shifted, together: readonly Shifted[]): DetectedAnomaly {
  const sum = (read: (one: Shifted) => number) => together.reduce((all, one) => all + read(one), 0);
  const { serviceName = '' } = first.element;
  const element: CostElement = { serviceName };
  const expectedPerDay = sum((one) => one.expectedPerDay);
  const impactPerDay = sum((one) => one.impactPerDay);
  return {
    ...first,
    element,
    level: 'service',
    onsetIndex: Math.min(...together.map((one) => one.onsetIndex)),
    lastIndex: Math.max(...together.map((one) => one.lastIndex)),
    expectedPerDay,
    actualPerDay: sum((one) => one.actualPerDay),
    impactPerDay,
    impactTotal: sum((one) => one.impactTotal),
    impactPerDayInterval: {
      low: sum((one) => one.impactPerDayInterval.low),
      high: sum((one) => one.impactPerDayInterval.high),
    },
    impactPercent: (100 * impactPerDay) / expectedPerDay,
    accountsMoved: Math.max(...together.map((one) => one.accountsMoved)),
  };
}
